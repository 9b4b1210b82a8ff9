-- What sources said of groups is again what it was.
SELECT group_id, source_id, previous_custom_id FROM undone_group_sayings WHERE how = 'update'
