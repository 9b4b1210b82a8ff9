-- The old ones go.
SELECT id AS persona_id FROM subject_personas
