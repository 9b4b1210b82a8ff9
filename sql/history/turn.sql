-- A write of its own takes its turn and the lock on who is who, both until its transaction ends, and then a number: who has a
-- higher one came later.
SELECT
    pg_advisory_xact_lock(CAST(:turn AS integer), CAST(:organisation AS integer)),
    pg_advisory_xact_lock(CAST(:people AS integer), CAST(:organisation AS integer)),
    nextval('import_ids') AS id, clock_timestamp() AS started_at
