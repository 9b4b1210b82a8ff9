-- The old records of these groups go.
SELECT id AS group_id FROM subject_groups
