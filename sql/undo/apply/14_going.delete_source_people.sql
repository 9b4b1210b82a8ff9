-- what sources said,
SELECT person_id, source_id FROM undone_sayings WHERE how = 'delete'
