-- The records of their personas go.
SELECT persona_id FROM their_personas
