-- and they themselves.
SELECT person_id AS id FROM not_plain
