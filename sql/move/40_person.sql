-- The person of its own, named after the agent.
INSERT INTO people (organisation_id, id, name, changed_by)
SELECT run.organisation_id, d.to_id, d.agent_name, run.import_id
FROM dropped AS d
CROSS JOIN run;
