-- What they were before goes.
SELECT person_id AS id FROM forgotten_people
