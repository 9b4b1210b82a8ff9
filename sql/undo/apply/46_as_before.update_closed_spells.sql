-- Ended spells are again what they were.
SELECT persona_id, begins_at, ends_at, person_id FROM clear_spells WHERE how = 'update'
