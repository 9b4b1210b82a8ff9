-- Ended spells that are other than they were.
SELECT persona_id, begins_at, ends_at, person_id FROM changed_spells WHERE how = 'update'
