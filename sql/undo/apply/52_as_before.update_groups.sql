-- Groups are again what they were.
SELECT group_id AS id, custom_id, name, type FROM clear_groups WHERE how = 'update'
