-- Take an advisory lock of an organisation exclusively if nobody has it.
SELECT pg_try_advisory_xact_lock(CAST(:family AS integer), CAST(:organisation AS integer)) AS taken
