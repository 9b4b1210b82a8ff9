-- Ids for the people of their own.
SELECT count(*) FROM lonesome
