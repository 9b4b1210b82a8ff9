-- All of whom nothing is kept.
SELECT person_id FROM erased_people
UNION ALL
SELECT person_id FROM shells
