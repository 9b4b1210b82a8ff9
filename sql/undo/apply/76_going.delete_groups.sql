-- and groups that the import made.
SELECT group_id AS id FROM clear_groups WHERE how = 'delete'
