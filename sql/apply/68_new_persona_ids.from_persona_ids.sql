-- An id for each persona that nobody has had.
SELECT count(*) FROM claims WHERE persona_id IS NULL
