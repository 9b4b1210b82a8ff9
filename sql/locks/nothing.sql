-- Nothing, of a session that is there.
SELECT
