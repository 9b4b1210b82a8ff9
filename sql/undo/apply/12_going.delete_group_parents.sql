-- parents,
SELECT group_id, parent_id, source_id FROM clear_parents WHERE how = 'delete'
