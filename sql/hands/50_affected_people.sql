-- The people whose interactions change.
SELECT from_id AS person_id FROM hands WHERE interactions > 0 AND from_id IS NOT NULL
UNION
SELECT to_id FROM hands WHERE interactions > 0
