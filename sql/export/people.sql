-- Every person of the organisation by id, with their personas in the order of their ids and all their groups.
SELECT
    p.id, p.custom_id, p.name, p.image_url, p.created_at,
    i.ids, i.kinds, i.ifis, i.agent_names, i.created_ats,
    g.group_ids, g.group_custom_ids
FROM people AS p
LEFT JOIN LATERAL (
    SELECT
        array_agg(s.id ORDER BY s.id) AS ids,
        array_agg(CAST(s.kind AS text) ORDER BY s.id) AS kinds,
        array_agg(s.ifi ORDER BY s.id) AS ifis,
        array_agg(s.agent_name ORDER BY s.id) AS agent_names,
        array_agg(s.created_at ORDER BY s.id) AS created_ats
    FROM personas AS s
    WHERE s.organisation_id = :organisation AND s.person_id = p.id
) AS i ON true
LEFT JOIN LATERAL (
    SELECT
        array_agg(k.id ORDER BY k.custom_id) AS group_ids,
        array_agg(k.custom_id ORDER BY k.custom_id) AS group_custom_ids
    FROM groups AS k
    WHERE k.organisation_id = :organisation AND k.id IN (
        SELECT m.group_id
        FROM memberships AS m
        WHERE m.organisation_id = :organisation AND m.person_id = p.id
    )
) AS g ON true
WHERE p.organisation_id = :organisation
ORDER BY p.id
