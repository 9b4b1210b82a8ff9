-- An id for each person that may have to be made for a persona that is lost so.
SELECT count(*) FROM unnamed_personas
