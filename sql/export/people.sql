-- Every person of the organisation by id, with their personas in the order of their ids and all their groups; if wished, with the
-- custom_id that they have lost, and the personas that were theirs for a time that has ended, each with from when to when.
SELECT
    p.id, p.custom_id, p.name, p.image_url, p.created_at,
    CASE WHEN CAST(:all_spells AS boolean) THEN p.former_custom_id END AS former_custom_id,
    i.ids, i.kinds, i.ifis, i.agent_names, i.object_types, i.created_ats, i.begins_ats, i.ends_ats,
    g.group_ids, g.group_custom_ids
FROM people AS p
LEFT JOIN LATERAL (
    SELECT
        array_agg(s.id ORDER BY s.id, s.begins_at) AS ids,
        array_agg(CAST(s.kind AS text) ORDER BY s.id, s.begins_at) AS kinds,
        array_agg(s.ifi ORDER BY s.id, s.begins_at) AS ifis,
        array_agg(s.agent_name ORDER BY s.id, s.begins_at) AS agent_names,
        array_agg(s.object_type ORDER BY s.id, s.begins_at) AS object_types,
        array_agg(s.created_at ORDER BY s.id, s.begins_at) AS created_ats,
        CASE WHEN CAST(:all_spells AS boolean) THEN array_agg(nullif(s.begins_at, '-infinity') ORDER BY s.id, s.begins_at) END
            AS begins_ats,
        CASE WHEN CAST(:all_spells AS boolean) THEN array_agg(nullif(s.ends_at, 'infinity') ORDER BY s.id, s.begins_at) END
            AS ends_ats
    FROM (
        SELECT s.id, s.kind, s.ifi, s.agent_name, s.object_type, s.created_at, s.begins_at, CAST('infinity' AS timestamptz) AS ends_at
        FROM personas AS s
        WHERE s.organisation_id = :organisation AND s.person_id = p.id
        UNION ALL
        SELECT s.id, s.kind, s.ifi, s.agent_name, s.object_type, s.created_at, c.begins_at, c.ends_at
        FROM closed_spells AS c
        JOIN personas AS s ON s.organisation_id = :organisation AND s.id = c.persona_id
        WHERE CAST(:all_spells AS boolean) AND c.organisation_id = :organisation AND c.person_id = p.id
    ) AS s
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
