-- Take an advisory lock of an organisation, shared, until the transaction ends.
SELECT pg_advisory_xact_lock_shared(CAST(:family AS integer), CAST(:organisation AS integer))
