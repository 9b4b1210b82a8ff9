-- What the import's source said of groups, and had not before, goes.
SELECT group_id, source_id FROM undone_group_sayings WHERE how = 'delete'
