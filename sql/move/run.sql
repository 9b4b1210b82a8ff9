-- What this run was asked for; every step reads it. to_id: who is to have the persona; alone: a person of its own;
-- pinned: null where that stays as it is.
CREATE TEMP TABLE run ON COMMIT DROP AS
SELECT
    CAST(:organisation AS integer) AS organisation_id,
    coalesce(CAST(:import AS bigint), 0) AS import_id,
    CAST(NULL AS integer) AS source_id,
    CAST(:persona AS bigint) AS persona_id,
    CAST(:to AS bigint) AS to_id,
    CAST(:alone AS boolean) AS alone,
    CAST(:pinned AS boolean) AS pinned
