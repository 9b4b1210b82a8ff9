-- So do their own.
SELECT person_id FROM forgotten_people
