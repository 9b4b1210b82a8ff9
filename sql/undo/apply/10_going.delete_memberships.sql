-- Memberships that the import gave go. (First goes what leans on others.)
SELECT person_id, group_id, source_id FROM clear_memberships WHERE how = 'delete'
