-- Groups come back.
SELECT group_id AS id, custom_id, name, type, created_at FROM clear_groups WHERE how = 'insert'
