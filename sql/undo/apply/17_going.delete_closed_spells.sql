-- what has ended,
SELECT persona_id, begins_at FROM clear_spells WHERE how = 'delete'
