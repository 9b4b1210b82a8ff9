-- How people and groups are called in the list, before the import and after it: nothing that depends on the ids that the
-- import gave. A person by customId; without one by '#' and id if they were there before (or come back), else by the file
-- and line that they come from, else by their persona.
CREATE TEMP TABLE listed_people ON COMMIT DROP AS
SELECT
    d.id,
    d.old_custom_id IS NOT NULL AS had_custom_id,
    CASE WHEN d.was THEN coalesce(d.old_custom_id, '#' || d.id) END AS before,
    CASE WHEN d.stays THEN coalesce(
        d.custom_id,
        CASE WHEN d.was OR i.undoes AND EXISTS (
                 SELECT FROM person_versions AS v
                 WHERE v.organisation_id = i.organisation_id AND v.id = d.id AND v.replaced_by <> i.import_id
                   AND (i.import_id = 0 OR v.replaced_by < i.import_id))
             THEN '#' || d.id END,
        i.files[1 + CAST(d.said_at >> 40 AS integer)] || ':' || (d.said_at & 1099511627775),
        s.ifi,
        '#' || d.id) END AS after
FROM person_differences AS d
CROSS JOIN listed_import AS i
LEFT JOIN (
    SELECT person_id, min(ifi) AS ifi
    FROM persona_differences
    WHERE said_at IS NULL AND person_id IS NOT NULL
    GROUP BY person_id
) AS s ON NOT d.was AND d.custom_id IS NULL AND s.person_id = d.id;

-- People whom it did not change are called what they were called then: in the first state that a later one replaced.
INSERT INTO listed_people (id, had_custom_id, before, after)
SELECT o.id, o.custom_id IS NOT NULL, coalesce(o.custom_id, '#' || o.id), coalesce(o.custom_id, '#' || o.id)
FROM (
    SELECT n.id, CASE WHEN v.later = 0 THEN p.custom_id ELSE v.custom_id END AS custom_id
    FROM (
        SELECT old_person_id AS id FROM persona_differences WHERE old_person_id IS NOT NULL
        UNION
        SELECT person_id FROM persona_differences WHERE person_id IS NOT NULL
        UNION
        SELECT person_id FROM membership_differences
    ) AS n
    CROSS JOIN listed_import AS i
    LEFT JOIN people AS p ON p.organisation_id = i.organisation_id AND p.id = n.id
    CROSS JOIN LATERAL (
        SELECT count(*) AS later, (array_agg(v.custom_id ORDER BY v.replaced_by))[1] AS custom_id
        FROM person_versions AS v
        WHERE v.organisation_id = i.organisation_id AND v.id = n.id
          AND i.import_id <> 0 AND v.replaced_by > i.import_id
    ) AS v
    WHERE NOT EXISTS (SELECT FROM person_differences AS d WHERE d.id = n.id)
) AS o;
ANALYZE listed_people;

-- Groups by customId: after the import, or before it where it is gone by then. One that the import did not change is called
-- what it was called then: in the first state that a later one replaced.
CREATE TEMP TABLE listed_groups ON COMMIT DROP AS
SELECT d.id, d.old_custom_id AS before, d.custom_id AS after, coalesce(d.custom_id, d.old_custom_id) AS label
FROM group_differences AS d;

INSERT INTO listed_groups (id, before, after, label)
SELECT n.id, l.label, l.label, l.label
FROM (
    SELECT group_id AS id FROM membership_differences
    UNION
    SELECT group_id FROM parent_differences
    UNION
    SELECT parent_id FROM parent_differences
) AS n
CROSS JOIN listed_import AS i
LEFT JOIN groups AS g ON g.organisation_id = i.organisation_id AND g.id = n.id
LEFT JOIN LATERAL (
    SELECT v.custom_id
    FROM group_versions AS v
    WHERE v.organisation_id = i.organisation_id AND v.id = n.id AND i.import_id <> 0 AND v.replaced_by > i.import_id
    ORDER BY v.replaced_by
    LIMIT 1
) AS v ON true
CROSS JOIN LATERAL (SELECT coalesce(v.custom_id, g.custom_id, '#' || n.id) AS label) AS l
WHERE NOT EXISTS (SELECT FROM group_differences AS d WHERE d.id = n.id);
ANALYZE listed_groups;
