-- and personas.
SELECT persona_id AS id FROM clear_personas WHERE how = 'delete'
