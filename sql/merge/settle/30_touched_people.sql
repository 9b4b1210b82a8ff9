-- Everybody whom this has touched, as far as they are there.
SELECT DISTINCT into_id AS person_id FROM merged_people
