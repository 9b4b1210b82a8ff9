-- Ended spells that are gone.
SELECT persona_id, begins_at FROM changed_spells WHERE how = 'delete'
