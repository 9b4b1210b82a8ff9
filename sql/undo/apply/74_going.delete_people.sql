-- People that the import made go.
SELECT person_id AS id FROM clear_people WHERE how = 'delete'
