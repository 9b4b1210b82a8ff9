-- What became of people: who is new (with their name), whose values changed, who is gone. person is what the person is called
-- after the import; of one who is gone, before.
SELECT
    d.said_in, 'create' AS action, l.after AS person, CAST(NULL AS text) AS from_label, CAST(NULL AS text) AS to_label,
    CASE WHEN d.name IS NOT NULL THEN 'name' END AS field, CAST(NULL AS text) AS old, d.name AS new
FROM person_differences AS d
JOIN called_people AS l USING (id)
WHERE NOT d.was AND d.stays
UNION ALL
SELECT NULL, 'delete', l.before, NULL, NULL, CASE WHEN d.old_name IS NOT NULL THEN 'name' END, d.old_name, NULL
FROM person_differences AS d
JOIN called_people AS l USING (id)
WHERE d.was AND NOT d.stays
UNION ALL
SELECT d.said_in, 'update', l.after, NULL, NULL, 'name', d.old_name, d.name
FROM person_differences AS d
JOIN called_people AS l USING (id)
WHERE d.was AND d.stays AND d.name IS DISTINCT FROM d.old_name
UNION ALL
SELECT d.said_in, 'update', l.after, NULL, NULL, 'image_url', d.old_image_url, d.image_url
FROM person_differences AS d
JOIN called_people AS l USING (id)
WHERE d.stays AND d.image_url IS DISTINCT FROM d.old_image_url
UNION ALL
SELECT
    d.said_in,
    CASE WHEN d.old_custom_id IS NULL THEN 'adopt' WHEN d.custom_id IS NULL THEN 'release' ELSE 'rename' END,
    l.after, l.before, l.after, 'custom_id', d.old_custom_id, d.custom_id
FROM person_differences AS d
JOIN called_people AS l USING (id)
WHERE d.was AND d.stays AND d.custom_id IS DISTINCT FROM d.old_custom_id
