-- Memberships come back.
SELECT person_id, group_id, source_id FROM clear_memberships WHERE how = 'insert'
