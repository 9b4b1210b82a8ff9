-- Whether an upload is still to be taken back.
SELECT EXISTS (
    SELECT FROM uploads WHERE organisation_id = :organisation AND undoes = :upload AND ended_at IS NULL) AS is_so
