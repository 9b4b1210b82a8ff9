-- Dropped personas that get a person of their own, or are nobody's.
SELECT persona_id AS id, to_id AS person_id, begins_at FROM dropped WHERE NOT goes
