-- In which groups they were.
SELECT person_id FROM forgotten_people
