-- Who has had a persona up to now, and keeps what was before, has it as an ended spell.
SELECT persona_id, began_at AS begins_at, begins_at AS ends_at, from_id AS person_id, said_in FROM moves WHERE splits
UNION ALL
SELECT persona_id, began_at, begins_at, from_id, NULL FROM dropped WHERE splits
