-- Take an advisory lock of an organisation exclusively, until the session ends.
SELECT pg_advisory_lock(CAST(:family AS integer), CAST(:organisation AS integer))
