-- Groups as the Groups API's objects, by id: those with these ids, and the one with a custom_id. (A parameter that is null
-- finds none. Those above it are looked up one by one, as in `people.sql`.)
WITH asked AS (
    SELECT unnest(CAST(:ids AS bigint[])) AS id
    UNION
    SELECT g.id FROM groups AS g WHERE g.organisation_id = :organisation AND g.custom_id = CAST(:custom_id AS text)
)
SELECT
    k.id,
    CAST(json_strip_nulls(json_build_object(
        'id', k.id,
        'customId', k.custom_id,
        'name', k.name,
        'type', k.type,
        'groupTypeId', t.id,
        'parentGroupIds', coalesce(a.ids, '[]'),
        'parentGroupCustomIds', coalesce(a.custom_ids, '[]'),
        'created', to_char(k.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"+0000"')
    )) AS text) AS found
FROM asked AS x
JOIN groups AS k ON k.organisation_id = :organisation AND k.id = x.id
LEFT JOIN group_types AS t ON t.organisation_id = :organisation AND t.name = k.type COLLATE "C"
LEFT JOIN LATERAL (
    SELECT
        json_agg(g.parent_id ORDER BY g.parent_id) AS ids,
        json_agg(
            (SELECT p.custom_id FROM groups AS p WHERE p.organisation_id = :organisation AND p.id = g.parent_id)
            ORDER BY g.parent_id) AS custom_ids
    FROM (
        SELECT DISTINCT g.parent_id
        FROM group_parents AS g
        WHERE g.organisation_id = :organisation AND g.group_id = k.id
    ) AS g
) AS a ON true
ORDER BY k.id
