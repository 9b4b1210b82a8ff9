-- An id for each new persona.
SELECT count(*) FROM newcomers
