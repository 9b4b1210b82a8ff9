-- The old ones go.
SELECT id AS group_id FROM subject_groups
