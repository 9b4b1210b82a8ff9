-- Personas that begin at another moment than before, and the moment from which on they are another's.
SELECT persona_id, begins_at FROM moves WHERE splits OR since <> began_at
UNION ALL
SELECT persona_id, begins_at FROM dropped WHERE splits
