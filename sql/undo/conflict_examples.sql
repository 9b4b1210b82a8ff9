-- The first changes that cannot be taken back: of what, why, and which import has changed it since.
SELECT c.what, c.label, c.why, c.since
FROM (
    SELECT 1 AS rank, k.what, coalesce(u.ifi, p.ifi) AS label, k.why, u.since
    FROM conflicts AS k
    LEFT JOIN undone_personas AS u ON u.persona_id = k.id
    LEFT JOIN personas AS p ON p.organisation_id = :organisation AND p.id = k.id
    WHERE k.what = 'persona'
    UNION ALL
    SELECT 2, k.what, coalesce(u.label, '#' || u.person_id), k.why, u.since
    FROM conflicts AS k
    JOIN undone_people AS u ON u.person_id = k.id
    WHERE k.what = 'person'
    UNION ALL
    SELECT 3, k.what, u.custom_id, k.why, u.since
    FROM conflicts AS k
    JOIN undone_groups AS u ON u.group_id = k.id
    WHERE k.what = 'group'
    UNION ALL
    SELECT 4, k.what, coalesce(p.custom_id, '#' || k.id) || ' in ' || coalesce(g.custom_id, x.custom_id), k.why, NULL
    FROM conflicts AS k
    LEFT JOIN people AS p ON p.organisation_id = :organisation AND p.id = k.id
    LEFT JOIN groups AS g ON g.organisation_id = :organisation AND g.id = k.of_id
    LEFT JOIN undone_groups AS x ON x.group_id = k.of_id
    WHERE k.what = 'membership'
    UNION ALL
    SELECT 5, k.what, coalesce(p.custom_id, '#' || k.of_id) || ' of ' || coalesce(g.custom_id, '#' || k.id), k.why, NULL
    FROM conflicts AS k
    LEFT JOIN groups AS g ON g.organisation_id = :organisation AND g.id = k.id
    LEFT JOIN groups AS p ON p.organisation_id = :organisation AND p.id = k.of_id
    WHERE k.what = 'parent'
    UNION ALL
    SELECT 6, k.what, coalesce(u.name_now, u.name), k.why, u.since
    FROM conflicts AS k
    JOIN undone_types AS u ON u.type_id = k.id
    WHERE k.what = 'group type'
) AS c
ORDER BY c.rank, c.label
LIMIT :shown
