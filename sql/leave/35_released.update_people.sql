-- They are without one.
SELECT person_id AS id, CAST(NULL AS text) AS custom_id FROM released
