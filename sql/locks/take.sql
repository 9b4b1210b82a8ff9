-- Take an advisory lock of an organisation exclusively until the transaction ends.
SELECT pg_advisory_xact_lock(CAST(:family AS integer), CAST(:organisation AS integer))
