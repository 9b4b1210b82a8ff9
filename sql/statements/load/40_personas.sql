-- A new agent makes a persona and a person of that one persona, named after the agent; a persona that nobody has named
-- yet takes the agent's name.
CREATE TEMP TABLE newcomers ON COMMIT DROP AS
SELECT ifi, agent, name, first_name, row_number() OVER (ORDER BY place) AS nth FROM agents WHERE is_new;

SELECT pg_advisory_lock(7305, 0);
CREATE TEMP TABLE blocks ON COMMIT DROP AS
SELECT
    setval('person_ids', nextval('person_ids') + n) - n AS people,
    setval('persona_ids', nextval('persona_ids') + n) - n AS personas
FROM (SELECT count(*) AS n FROM newcomers) AS counted;
SELECT pg_advisory_unlock(7305, 0);
ANALYZE newcomers, blocks;

INSERT INTO people (organisation_id, id, name, changed_by)
SELECT run.organisation_id, b.people + n.nth, n.first_name, run.import_id
FROM newcomers AS n
CROSS JOIN run
CROSS JOIN blocks AS b
ORDER BY n.nth;

INSERT INTO personas (organisation_id, id, person_id, kind, ifi, near, as_written, agent_name, changed_by)
SELECT
    run.organisation_id, b.personas + n.nth, b.people + n.nth, g.kind, n.ifi, g.near, g.as_written, n.name,
    run.import_id
FROM newcomers AS n
JOIN staged_agents AS g USING (agent)
CROSS JOIN run
CROSS JOIN blocks AS b
ORDER BY n.nth;

UPDATE agents AS a
SET persona_id = b.personas + n.nth
FROM newcomers AS n
CROSS JOIN blocks AS b
WHERE n.ifi = a.ifi;

UPDATE personas AS p
SET agent_name = a.name
FROM agents AS a
CROSS JOIN run
WHERE p.organisation_id = run.organisation_id AND p.id = a.persona_id
  AND NOT a.is_new AND a.name IS NOT NULL AND p.agent_name IS NULL;
ANALYZE agents;
