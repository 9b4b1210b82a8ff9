-- Open spells, as they are then.
SELECT persona_id AS id, person_id, begins_at FROM changed_open_spells
