-- The first changes that cannot be taken back: of what, why, and which import has changed it since.
SELECT c.what, c.label, c.conflict, c.since
FROM (
    SELECT 1 AS rank, 'persona' AS what, ifi AS label, conflict, since FROM undone_personas
    UNION ALL
    SELECT 2, 'person', coalesce(label, '#' || person_id), conflict, since FROM undone_people
    UNION ALL
    SELECT 3, 'group', custom_id, conflict, since FROM undone_groups
    UNION ALL
    SELECT 4, 'membership', coalesce(p.custom_id, '#' || u.person_id) || ' in ' || coalesce(g.custom_id, x.custom_id),
           u.conflict, CAST(NULL AS bigint)
    FROM undone_memberships AS u
    CROSS JOIN run
    LEFT JOIN people AS p ON p.organisation_id = run.organisation_id AND p.id = u.person_id
    LEFT JOIN groups AS g ON g.organisation_id = run.organisation_id AND g.id = u.group_id
    LEFT JOIN undone_groups AS x ON x.group_id = u.group_id
    UNION ALL
    SELECT 5, 'parent', coalesce(p.custom_id, '#' || u.parent_id) || ' of ' || coalesce(g.custom_id, '#' || u.group_id),
           u.conflict, CAST(NULL AS bigint)
    FROM undone_parents AS u
    CROSS JOIN run
    LEFT JOIN groups AS g ON g.organisation_id = run.organisation_id AND g.id = u.group_id
    LEFT JOIN groups AS p ON p.organisation_id = run.organisation_id AND p.id = u.parent_id
) AS c
WHERE c.conflict IS NOT NULL
ORDER BY c.rank, c.label
LIMIT :limit
