-- Those that nobody else has: they go.
SELECT persona_id FROM had_personas WHERE NOT stays
