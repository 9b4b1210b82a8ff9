-- Groups, who is in them, and what is above them. What a person who is gone was in goes without saying.
INSERT INTO listed_changes (said_at, action, group_label, field, old, new)
SELECT said_at, 'create', custom_id, CASE WHEN name IS NOT NULL THEN 'name' END, NULL, name
FROM group_differences
WHERE NOT was AND stays
UNION ALL
SELECT NULL, 'delete', old_custom_id, CASE WHEN old_name IS NOT NULL THEN 'name' END, old_name, NULL
FROM group_differences
WHERE was AND NOT stays
UNION ALL
SELECT said_at, 'update', custom_id, 'name', old_name, name
FROM group_differences
WHERE was AND stays AND name IS DISTINCT FROM old_name
UNION ALL
SELECT said_at, 'update', custom_id, 'type', old_type, type
FROM group_differences
WHERE stays AND type IS DISTINCT FROM old_type;

INSERT INTO listed_changes (said_at, action, group_label, from_label, to_label, field, old, new)
SELECT said_at, 'rename', custom_id, old_custom_id, custom_id, 'custom_id', old_custom_id, custom_id
FROM group_differences
WHERE was AND stays AND custom_id <> old_custom_id;

INSERT INTO listed_changes (said_at, action, person, group_label, field, old, new)
SELECT
    d.said_at, CASE WHEN d.stays THEN 'membership-added' ELSE 'membership-removed' END, p.after, g.label,
    'source', CASE WHEN d.was THEN s.name END, CASE WHEN d.stays THEN s.name END
FROM membership_differences AS d
CROSS JOIN listed_import AS i
JOIN listed_people AS p ON p.id = d.person_id
JOIN listed_groups AS g ON g.id = d.group_id
JOIN sources AS s ON s.organisation_id = i.organisation_id AND s.id = d.source_id
WHERE d.was <> d.stays AND p.after IS NOT NULL;

INSERT INTO listed_changes (said_at, action, group_label, from_label, to_label, field, old, new)
SELECT
    d.said_at, CASE WHEN d.stays THEN 'parent-added' ELSE 'parent-removed' END, g.label,
    CASE WHEN d.was THEN a.label END, CASE WHEN d.stays THEN a.label END,
    'source', CASE WHEN d.was THEN s.name END, CASE WHEN d.stays THEN s.name END
FROM parent_differences AS d
CROSS JOIN listed_import AS i
JOIN listed_groups AS g ON g.id = d.group_id
JOIN listed_groups AS a ON a.id = d.parent_id
JOIN sources AS s ON s.organisation_id = i.organisation_id AND s.id = d.source_id
WHERE d.was <> d.stays;
