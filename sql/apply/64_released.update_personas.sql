-- The dropped ones that get a person of their own.
SELECT persona_id AS id, to_id AS person_id FROM dropped WHERE to_id IS NOT NULL
