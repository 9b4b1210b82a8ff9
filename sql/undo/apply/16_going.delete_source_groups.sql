-- also of groups,
SELECT group_id, source_id FROM undone_group_sayings WHERE how = 'delete'
