-- Ended spells that are new.
SELECT persona_id, begins_at, ends_at, person_id FROM changed_spells WHERE how = 'insert'
