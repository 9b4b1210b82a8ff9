-- Personas that the import made go.
SELECT persona_id AS id FROM clear_personas WHERE how = 'delete'
