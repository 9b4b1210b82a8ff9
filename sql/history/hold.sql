-- Hold on to a run for as long as this session lives, so that others can see that it does.
SELECT pg_advisory_lock(7306, CAST(:import % 2147483647 AS integer))
