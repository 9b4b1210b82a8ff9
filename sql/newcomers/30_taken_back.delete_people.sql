-- Those who are taken back go.
SELECT person_id AS id FROM newcomers_taken_back
