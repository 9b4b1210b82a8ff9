-- What the import's source said of people, and had not before, goes.
SELECT person_id, source_id FROM undone_sayings WHERE how = 'delete'
