-- What is in conflict stays out. Personas that get a person of their own, and all that change person.
DELETE FROM undone_people WHERE conflict IS NOT NULL;
DELETE FROM undone_personas WHERE conflict IS NOT NULL;
DELETE FROM undone_groups WHERE conflict IS NOT NULL;
DELETE FROM undone_parents WHERE conflict IS NOT NULL;
DELETE FROM undone_memberships WHERE conflict IS NOT NULL;
DELETE FROM undone_sayings AS u
USING run
WHERE u.how = 'insert'
  AND NOT EXISTS (SELECT FROM people AS p WHERE p.organisation_id = run.organisation_id AND p.id = u.person_id)
  AND NOT EXISTS (SELECT FROM undone_people AS x WHERE x.person_id = u.person_id AND x.how = 'insert');
DELETE FROM undone_group_sayings AS u
USING run
WHERE u.how = 'insert'
  AND NOT EXISTS (SELECT FROM groups AS g WHERE g.organisation_id = run.organisation_id AND g.id = u.group_id)
  AND NOT EXISTS (SELECT FROM undone_groups AS x WHERE x.group_id = u.group_id AND x.how = 'insert');

SELECT pg_advisory_lock(7305, 0);
CREATE TEMP TABLE release_block ON COMMIT DROP AS
SELECT setval('person_ids', nextval('person_ids') + n) - n AS base
FROM (SELECT count(*) AS n FROM undone_personas WHERE how = 'release') AS counted;
SELECT pg_advisory_unlock(7305, 0);
ANALYZE release_block;

UPDATE undone_personas AS u
SET to_id = b.base + r.nth
FROM release_block AS b
CROSS JOIN (SELECT persona_id, row_number() OVER (ORDER BY persona_id) AS nth
            FROM undone_personas WHERE how = 'release') AS r
WHERE r.persona_id = u.persona_id;
ANALYZE undone_people;
ANALYZE undone_personas;
ANALYZE undone_groups;
ANALYZE undone_parents;
ANALYZE undone_memberships;
ANALYZE undone_sayings;

CREATE TEMP TABLE moves ON COMMIT DROP AS
SELECT persona_id, ifi, from_id, to_id
FROM undone_personas
WHERE how IN ('move', 'release') AND from_id <> to_id;
ANALYZE moves;

CREATE TEMP TABLE dropped ON COMMIT DROP AS
SELECT persona_id, from_id, to_id FROM moves WHERE false;
