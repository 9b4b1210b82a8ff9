-- Ended spells that end later than they did.
SELECT persona_id, begins_at, ends_at, person_id, said_in FROM ended_spells_other WHERE how = 'update'
