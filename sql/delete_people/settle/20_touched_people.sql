-- Everybody whom this has touched, as far as they are there.
SELECT DISTINCT to_id AS person_id FROM hands
