-- And they themselves.
SELECT person_id AS id FROM emptied_people
