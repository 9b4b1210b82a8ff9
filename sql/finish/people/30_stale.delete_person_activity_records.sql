-- The old records of these people go, per activity.
SELECT id AS person_id FROM subject_people
