-- Open spells begin where they do then; or it is nobody's.
SELECT persona_id AS id, person_id, begins_at FROM ended_spells_to_openings
