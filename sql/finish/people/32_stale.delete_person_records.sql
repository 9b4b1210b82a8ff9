-- The old ones go, in all.
SELECT id AS person_id FROM subject_people
