-- The old ones go, per activity.
SELECT id AS person_id FROM subject_people
