-- and the people
SELECT person_id AS id FROM clear_people WHERE how = 'delete'
