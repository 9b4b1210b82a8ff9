-- They themselves go.
SELECT person_id AS id FROM erased_people
