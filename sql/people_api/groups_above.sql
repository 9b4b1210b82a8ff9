-- The groups that a person is in and those above them, up to a depth (1: the person's own; null: all), as objects by id.
WITH RECURSIVE up (group_id, depth) AS (
    SELECT m.group_id, 1
    FROM memberships AS m
    WHERE m.organisation_id = :organisation AND m.person_id = CAST(:person AS bigint)
    UNION
    SELECT g.parent_id, CASE WHEN CAST(:depth AS integer) IS NULL THEN 1 ELSE up.depth + 1 END
    FROM up
    JOIN group_parents AS g ON g.organisation_id = :organisation AND g.group_id = up.group_id
    WHERE CAST(:depth AS integer) IS NULL OR up.depth < CAST(:depth AS integer)
)
SELECT
    k.id,
    CAST(json_strip_nulls(json_build_object(
        'id', k.id,
        'customId', k.custom_id,
        'name', k.name,
        'type', k.type,
        'parentGroupIds', coalesce(a.ids, '[]'),
        'parentGroupCustomIds', coalesce(a.custom_ids, '[]'),
        'created', to_char(k.created_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"+0000"')
    )) AS text) AS found
FROM (SELECT DISTINCT group_id FROM up) AS u
JOIN groups AS k ON k.organisation_id = :organisation AND k.id = u.group_id
LEFT JOIN LATERAL (
    SELECT json_agg(p.id ORDER BY p.id) AS ids, json_agg(p.custom_id ORDER BY p.id) AS custom_ids
    FROM groups AS p
    WHERE p.organisation_id = :organisation AND p.id IN (
        SELECT g.parent_id FROM group_parents AS g WHERE g.organisation_id = :organisation AND g.group_id = k.id)
) AS a ON true
ORDER BY k.id
