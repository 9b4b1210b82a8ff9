-- Whoever goes although a line says nothing new of them.
SELECT person_id
FROM emptied
JOIN unchanged USING (person_id)
