-- Parents of groups come back.
SELECT group_id, parent_id, source_id FROM clear_parents WHERE how = 'insert'
