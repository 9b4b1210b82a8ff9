-- Open spells begin where they do then.
SELECT persona_id AS id, begins_at FROM ended_spells_to_openings
