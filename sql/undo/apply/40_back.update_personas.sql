-- Personas go back to whom they belonged to, since then; one that gets a person of its own is nobody's pin.
SELECT persona_id AS id, to_id AS person_id, begins_at, pinned FROM clear_personas WHERE how = 'move'
UNION ALL
SELECT persona_id, to_id, begins_at, false FROM dropped
