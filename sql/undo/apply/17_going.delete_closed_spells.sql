-- Ended spells that the import made go.
SELECT persona_id, begins_at FROM clear_spells WHERE how = 'delete'
