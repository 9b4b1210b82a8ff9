-- What this run was asked for; every step reads it.
CREATE TEMP TABLE run ON COMMIT DROP AS
SELECT
    CAST(:organisation AS integer) AS organisation_id,
    CAST(:import AS bigint) AS import_id,
    CAST(:source AS integer) AS source_id,
    CAST(:contested AS text) AS contested,
    CAST(:takeovers AS text) AS takeovers,
    CAST(:personas AS text) AS personas,
    CAST(:groups AS text) AS groups_mode,
    CAST(:create_groups AS boolean) AS create_groups,
    CAST(:keep_edits AS boolean) AS keep_edits,
    CAST(:snapshot AS boolean) AS snapshot,
    CAST(:leavers AS text) AS leavers_mode,
    CAST(:reject_warnings AS text[]) AS reject_warnings,
    CAST(:forgets_rejects AS boolean) AS forgets_rejects,
    CAST(:skips_unchanged AS boolean) AS skips_unchanged
