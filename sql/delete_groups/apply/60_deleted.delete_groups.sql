-- They go.
SELECT group_id AS id FROM deleted_groups
