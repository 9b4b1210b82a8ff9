-- Hold on to an upload for as long as this session lives: whoever comes second waits.
SELECT pg_advisory_lock(7310, CAST(:upload % 2147483647 AS integer))
