-- An id for that person.
SELECT count(*) FROM lonesome
