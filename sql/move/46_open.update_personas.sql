-- The open spell, as it is then.
SELECT persona_id AS id, person_id, begins_at FROM changed_spell
