-- An id for each person that may have to be made for one of them.
SELECT count(*) FROM unnamed_personas
