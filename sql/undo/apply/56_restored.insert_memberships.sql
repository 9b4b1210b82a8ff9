-- and who is in them.
SELECT person_id, group_id, source_id FROM clear_memberships WHERE how = 'insert'
