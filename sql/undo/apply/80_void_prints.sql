-- To whom anything has happened: their lines are looked at again; everybody's where a pin has changed, for whoever claims
-- that persona is not known.
UPDATE source_people AS s
SET print_a = NULL, print_b = NULL
FROM run
WHERE s.organisation_id = run.organisation_id AND s.print_a IS NOT NULL
  AND ((SELECT bool_or(repins) FROM undone_personas)
       OR s.person_id IN (SELECT person_id FROM undone_people)
       OR s.person_id IN (SELECT from_id FROM undone_personas WHERE from_id IS NOT NULL)
       OR s.person_id IN (SELECT to_id FROM undone_personas WHERE to_id IS NOT NULL)
       OR s.person_id IN (SELECT person_id FROM undone_memberships)
       OR s.person_id IN (SELECT person_id FROM undone_sayings)
       OR s.person_id IN (
           SELECT m.person_id
           FROM undone_groups AS u
           JOIN memberships AS m ON m.organisation_id = run.organisation_id AND m.group_id = u.group_id
           WHERE u.renames));

CREATE TEMP TABLE given ON COMMIT DROP AS
SELECT person_id, 'new' AS how FROM undone_people WHERE how = 'insert'
UNION ALL
SELECT to_id, 'new' FROM undone_personas WHERE how = 'release';
