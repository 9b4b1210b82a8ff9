-- Groups that are new, whose values changed, and that are gone; and what is above them.
SELECT
    said_in, 'create' AS action, custom_id AS group_label, CAST(NULL AS text) AS from_label, CAST(NULL AS text) AS to_label,
    CASE WHEN name IS NOT NULL THEN 'name' END AS field, CAST(NULL AS text) AS old, name AS new
FROM group_differences
WHERE NOT was AND stays
UNION ALL
SELECT NULL, 'delete', old_custom_id, NULL, NULL, CASE WHEN old_name IS NOT NULL THEN 'name' END, old_name, NULL
FROM group_differences
WHERE was AND NOT stays
UNION ALL
SELECT said_in, 'update', custom_id, NULL, NULL, 'name', old_name, name
FROM group_differences
WHERE was AND stays AND name IS DISTINCT FROM old_name
UNION ALL
SELECT said_in, 'update', custom_id, NULL, NULL, 'type', old_type, type
FROM group_differences
WHERE stays AND type IS DISTINCT FROM old_type
UNION ALL
SELECT said_in, 'rename', custom_id, old_custom_id, custom_id, 'custom_id', old_custom_id, custom_id
FROM group_differences
WHERE was AND stays AND custom_id <> old_custom_id
UNION ALL
SELECT
    d.said_in, CASE WHEN d.stays THEN 'parent-added' ELSE 'parent-removed' END, g.label,
    CASE WHEN d.was THEN a.label END, CASE WHEN d.stays THEN a.label END,
    'source', CASE WHEN d.was THEN s.name END, CASE WHEN d.stays THEN s.name END
FROM parent_differences AS d
JOIN called_groups AS g ON g.id = d.group_id
JOIN called_groups AS a ON a.id = d.parent_id
JOIN sources AS s ON s.organisation_id = :organisation AND s.id = d.source_id
WHERE d.was <> d.stays
