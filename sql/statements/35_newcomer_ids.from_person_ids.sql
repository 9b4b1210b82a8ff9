-- An id for each new person.
SELECT count(*) FROM newcomers
