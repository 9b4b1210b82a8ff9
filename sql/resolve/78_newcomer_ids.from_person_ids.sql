-- An id for each newcomer.
SELECT count(*) FROM newcomers
