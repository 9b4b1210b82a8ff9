-- The old records of these people go, in all.
SELECT id AS person_id FROM subject_people
