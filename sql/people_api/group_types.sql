-- Types of groups as objects: the one with an id or a name, or, where neither is asked for, a page of all of them.
SELECT
    t.id, t.name,
    CAST(json_strip_nulls(json_build_object(
        'id', t.id,
        'name', t.name,
        'created', to_char(t.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"+0000"')
    )) AS text) AS found
FROM group_types AS t
WHERE t.organisation_id = :organisation
  AND (CAST(:id AS bigint) IS NULL OR t.id = CAST(:id AS bigint))
  AND (CAST(:name AS text) IS NULL OR t.name = CAST(:name AS text) COLLATE "C")
ORDER BY t.id
LIMIT :limit OFFSET :offset
