-- Ended spells that are a part of a longer one go.
SELECT persona_id, begins_at FROM ended_spells_other WHERE how = 'delete'
