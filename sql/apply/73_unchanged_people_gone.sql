-- Whoever is left without personas, and goes, although a line says nothing new of them.
SELECT person_id
FROM emptied_people
JOIN unchanged_people USING (person_id)
