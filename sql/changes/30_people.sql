-- The list, and in it what became of people: who is new (with their name), whose values changed, who is gone. person is
-- what the person is called after the import; of one who is gone, before.
CREATE TEMP TABLE listed_changes (
    said_at     bigint,
    action      text COLLATE "C" NOT NULL,
    person      text COLLATE "C",
    persona     text COLLATE "C",
    group_label text COLLATE "C",
    from_label  text COLLATE "C",
    to_label    text COLLATE "C",
    field       text COLLATE "C",
    old         text COLLATE "C",
    new         text COLLATE "C",
    persona_id  bigint
) ON COMMIT DROP;

INSERT INTO listed_changes (said_at, action, person, field, old, new)
SELECT d.said_at, 'create', l.after, CASE WHEN d.name IS NOT NULL THEN 'name' END, NULL, d.name
FROM person_differences AS d
JOIN listed_people AS l USING (id)
WHERE NOT d.was AND d.stays
UNION ALL
SELECT NULL, 'delete', l.before, CASE WHEN d.old_name IS NOT NULL THEN 'name' END, d.old_name, NULL
FROM person_differences AS d
JOIN listed_people AS l USING (id)
WHERE d.was AND NOT d.stays
UNION ALL
SELECT d.said_at, 'update', l.after, 'name', d.old_name, d.name
FROM person_differences AS d
JOIN listed_people AS l USING (id)
WHERE d.was AND d.stays AND d.name IS DISTINCT FROM d.old_name
UNION ALL
SELECT d.said_at, 'update', l.after, 'image_url', d.old_image_url, d.image_url
FROM person_differences AS d
JOIN listed_people AS l USING (id)
WHERE d.stays AND d.image_url IS DISTINCT FROM d.old_image_url;

INSERT INTO listed_changes (said_at, action, person, from_label, to_label, field, old, new)
SELECT
    d.said_at,
    CASE WHEN d.old_custom_id IS NULL THEN 'adopt' WHEN d.custom_id IS NULL THEN 'release' ELSE 'rename' END,
    l.after, l.before, l.after, 'custom_id', d.old_custom_id, d.custom_id
FROM person_differences AS d
JOIN listed_people AS l USING (id)
WHERE d.was AND d.stays AND d.custom_id IS DISTINCT FROM d.old_custom_id;
