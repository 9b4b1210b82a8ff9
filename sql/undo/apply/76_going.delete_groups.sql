-- Groups that the import made go.
SELECT group_id AS id FROM clear_groups WHERE how = 'delete'
