-- Parents of groups that the import gave go.
SELECT group_id, parent_id, source_id FROM clear_parents WHERE how = 'delete'
