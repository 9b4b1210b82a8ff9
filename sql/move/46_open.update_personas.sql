-- and so it is with the open one.
SELECT persona_id AS id, person_id, begins_at FROM changed_spell
