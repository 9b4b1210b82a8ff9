-- An id for each of them.
SELECT count(*) FROM ended_personas
