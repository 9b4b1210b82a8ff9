-- Personas change person: only they, never their former owner's others.
SELECT persona_id AS id, to_id AS person_id, since AS begins_at, said_in FROM moves
