-- Those who are taken back go.
SELECT person_id AS id FROM not_plain
