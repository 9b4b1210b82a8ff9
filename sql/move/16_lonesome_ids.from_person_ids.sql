-- An id for the person of its own.
SELECT count(*) FROM lonesome
