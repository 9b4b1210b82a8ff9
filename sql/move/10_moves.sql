-- The persona's move to somebody, as the steps of an import know it.
SELECT
    p.id AS persona_id, p.ifi, CAST(NULL AS bigint) AS said_in, p.person_id AS from_id,
    CAST(:to AS bigint) AS to_id, p.begins_at AS began_at, p.begins_at, false AS splits
FROM personas AS p
WHERE p.organisation_id = :organisation AND p.id = :persona AND p.person_id <> CAST(:to AS bigint)
