-- (Most sources have said nothing.)
SELECT group_id, source_id, previous_custom_id FROM undone_group_sayings WHERE how = 'update'
