-- What their personas were before.
SELECT persona_id AS id FROM their_personas
