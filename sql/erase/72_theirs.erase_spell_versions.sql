-- In which times who had these.
SELECT persona_id FROM their_personas
