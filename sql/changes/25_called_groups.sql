-- Groups by custom_id: after the import, or before it where it is gone by then. One that the import did not change is called
-- what it was called then: in the first state that a later one replaced.
SELECT d.id, coalesce(d.custom_id, d.old_custom_id) AS label
FROM group_differences AS d
UNION ALL
SELECT n.id, coalesce(v.custom_id, g.custom_id, '#' || n.id)
FROM (
    SELECT group_id AS id FROM membership_differences
    UNION
    SELECT group_id FROM parent_differences
    UNION
    SELECT parent_id FROM parent_differences
) AS n
LEFT JOIN groups AS g ON g.organisation_id = :organisation AND g.id = n.id
LEFT JOIN LATERAL (
    SELECT v.custom_id
    FROM group_versions AS v
    WHERE v.organisation_id = :organisation AND v.id = n.id AND :import <> 0 AND v.replaced_by > :import
    ORDER BY v.replaced_by
    LIMIT 1
) AS v ON true
WHERE NOT EXISTS (SELECT FROM group_differences AS d WHERE d.id = n.id)
