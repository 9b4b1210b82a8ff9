-- Ended spells that were not known.
SELECT persona_id, begins_at, ends_at, person_id, said_in FROM ended_spells_other WHERE how = 'insert'
