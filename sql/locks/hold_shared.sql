-- Take an advisory lock of an organisation, shared, until the session ends.
SELECT pg_advisory_lock_shared(CAST(:family AS integer), CAST(:organisation AS integer))
