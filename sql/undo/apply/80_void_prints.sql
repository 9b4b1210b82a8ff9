-- To whom anything has happened: their lines are looked at again; everybody's where a pin has changed, for whoever claims
-- that persona is not known.
CREATE TEMP TABLE touched ON COMMIT DROP AS
SELECT person_id FROM undone_people
UNION SELECT from_id FROM undone_personas WHERE from_id IS NOT NULL
UNION SELECT to_id FROM undone_personas WHERE to_id IS NOT NULL
UNION SELECT person_id FROM undone_memberships
UNION SELECT person_id FROM undone_sayings;
ANALYZE touched;

UPDATE source_people AS s
SET print_a = NULL, print_b = NULL
FROM run
WHERE s.organisation_id = run.organisation_id AND s.print_a IS NOT NULL
  AND (s.person_id IN (SELECT person_id FROM touched) OR (SELECT bool_or(repins) FROM undone_personas));

CREATE TEMP TABLE given ON COMMIT DROP AS
SELECT person_id, 'new' AS how FROM undone_people WHERE how = 'insert'
UNION ALL
SELECT to_id, 'new' FROM undone_personas WHERE how = 'release';
