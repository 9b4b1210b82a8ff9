-- The old records of these personas go.
SELECT id AS persona_id FROM subject_personas
