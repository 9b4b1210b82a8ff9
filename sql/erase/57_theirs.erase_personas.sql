-- Their personas go.
SELECT persona_id AS id FROM their_personas
