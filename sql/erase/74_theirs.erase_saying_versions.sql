-- What sources had said of them.
SELECT person_id FROM forgotten_people
