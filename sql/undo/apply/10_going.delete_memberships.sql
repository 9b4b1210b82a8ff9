-- First goes what leans on others, and was given by the import: memberships,
SELECT person_id, group_id, source_id FROM clear_memberships WHERE how = 'delete'
