-- All others that change person.
SELECT persona_id, ifi, from_id, to_id FROM clear_personas WHERE how = 'move' AND from_id <> to_id
