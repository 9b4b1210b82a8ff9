-- The people who are left without personas go.
SELECT person_id AS id FROM emptied_people
