-- Last go the people and groups that the import made, and those whom statements had made for an agent that has gone back.
CREATE TEMP TABLE emptied_agents ON COMMIT DROP AS
SELECT p.*
FROM (SELECT DISTINCT from_id FROM undone_personas WHERE is_agent_anew) AS u
CROSS JOIN run
JOIN people AS p ON p.organisation_id = run.organisation_id AND p.id = u.from_id
WHERE NOT EXISTS (SELECT FROM personas AS q
                  WHERE q.organisation_id = run.organisation_id AND q.person_id = p.id);

INSERT INTO person_versions
    (organisation_id, id, custom_id, name, image_url, created_at, changed_by, said_at, replaced_by)
SELECT p.organisation_id, p.id, p.custom_id, p.name, p.image_url, p.created_at, p.changed_by, p.said_at, run.import_id
FROM emptied_agents AS p
CROSS JOIN run;

DELETE FROM people AS p
USING emptied_agents AS e, run
WHERE p.organisation_id = run.organisation_id AND p.id = e.id;

DELETE FROM people AS p
USING undone_people AS u, run
WHERE u.how = 'delete' AND p.organisation_id = run.organisation_id AND p.id = u.person_id;

DELETE FROM groups AS g
USING undone_groups AS u, run
WHERE u.how = 'delete' AND g.organisation_id = run.organisation_id AND g.id = u.group_id;
