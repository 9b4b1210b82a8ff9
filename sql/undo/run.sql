-- What this run was asked for; every step reads it.
CREATE TEMP TABLE run ON COMMIT DROP AS
SELECT
    CAST(:organisation AS integer) AS organisation_id,
    CAST(:import AS bigint) AS import_id,
    CAST(:undone AS bigint) AS undone_id
