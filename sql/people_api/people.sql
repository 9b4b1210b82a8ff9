-- People as the People API's objects, by id: those with these ids, the one with a custom_id, and who has a persona at present.
-- (A parameter that is null finds nobody. Each group is looked up: a join of them the planner may do by reading all groups for each
-- person, as long as it takes them for few.)
WITH asked AS (
    SELECT unnest(CAST(:ids AS bigint[])) AS id
    UNION
    SELECT p.id FROM people AS p WHERE p.organisation_id = :organisation AND p.custom_id = CAST(:custom_id AS text)
    UNION
    SELECT s.person_id FROM personas AS s WHERE s.organisation_id = :organisation AND s.ifi = CAST(:ifi AS text)
)
SELECT
    p.id,
    CAST(json_strip_nulls(json_build_object(
        'id', p.id,
        'customId', p.custom_id,
        'name', p.name,
        'imageUrl', coalesce(p.image_url, i.gravatar),
        'personas', coalesce(i.personas, '[]'),
        'parentGroupIds', coalesce(g.ids, '[]'),
        'parentGroupCustomIds', coalesce(g.custom_ids, '[]'),
        'created', to_char(p.created_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"+0000"')
    )) AS text) AS person
FROM asked AS a
JOIN people AS p ON p.organisation_id = :organisation AND p.id = a.id
LEFT JOIN LATERAL (
    SELECT
        json_agg(json_build_object(
            'name', s.agent_name,
            'objectType', s.object_type,
            'id', s.id,
            'mbox', CASE s.kind WHEN 'mbox' THEN s.ifi END,
            'mbox_sha1sum', CASE s.kind WHEN 'mbox_sha1sum' THEN s.ifi END,
            'openid', CASE s.kind WHEN 'openid' THEN s.ifi END,
            'account', CASE s.kind WHEN 'account' THEN
                json_build_object('homePage', split_part(s.ifi, ' ', 1), 'name', substr(s.ifi, strpos(s.ifi, ' ') + 1)) END,
            'created', to_char(s.created_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"+0000"')
        ) ORDER BY s.id) AS personas,
        (array_agg(
            'https://www.gravatar.com/avatar/' || encode(sha256(convert_to(lower(substr(s.ifi, 8)), 'UTF8')), 'hex')
            ORDER BY s.id) FILTER (WHERE CAST(:gravatar AS boolean) AND s.kind = 'mbox'))[1] AS gravatar
    FROM personas AS s
    WHERE s.organisation_id = :organisation AND s.person_id = p.id
) AS i ON true
LEFT JOIN LATERAL (
    SELECT
        json_agg(m.group_id ORDER BY m.group_id) AS ids,
        json_agg(
            (SELECT k.custom_id FROM groups AS k WHERE k.organisation_id = :organisation AND k.id = m.group_id)
            ORDER BY m.group_id) AS custom_ids
    FROM (
        SELECT DISTINCT m.group_id
        FROM memberships AS m
        WHERE m.organisation_id = :organisation AND m.person_id = p.id
    ) AS m
) AS g ON true
ORDER BY p.id
