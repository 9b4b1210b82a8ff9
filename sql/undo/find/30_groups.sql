-- The same of groups, of their parents, and of who is in them.
CREATE TEMP TABLE undone_groups ON COMMIT DROP AS
SELECT
    c.id AS group_id, coalesce((c.before).custom_id, (c.after).custom_id) AS custom_id, (c.before).name, (c.before).type,
    (c.before).created_at, (c.before).custom_id <> g.custom_id AS renames,
    CASE WHEN (c.before).id IS NULL THEN 'delete' WHEN g.id IS NULL THEN 'insert' ELSE 'update' END AS how,
    CASE WHEN g.id IS NULL AND (c.after).id IS NOT NULL THEN 'gone'
         WHEN g.id IS NOT NULL
              AND ((c.after).id IS NULL
                   OR (g.custom_id, g.name, g.type)
                      IS DISTINCT FROM ((c.after).custom_id, (c.after).name, (c.after).type)) THEN 'changed'
    END AS conflict,
    g.changed_by AS since
FROM group_changes AS c
LEFT JOIN groups AS g ON g.organisation_id = c.organisation_id AND g.id = c.id
WHERE c.organisation_id = (SELECT organisation_id FROM run) AND c.import_id = (SELECT undone_id FROM run)
  AND CASE WHEN (c.before).id IS NULL THEN g.id IS NOT NULL
           ELSE g.id IS NULL
                OR (g.custom_id, g.name, g.type)
                   IS DISTINCT FROM ((c.before).custom_id, (c.before).name, (c.before).type)
      END;
ANALYZE undone_groups;

CREATE TEMP TABLE undone_parents ON COMMIT DROP AS
SELECT
    c.group_id, c.parent_id, c.source_id, CASE WHEN (c.before).group_id IS NULL THEN 'delete' ELSE 'insert' END AS how,
    CAST(NULL AS text) AS conflict
FROM parent_changes AS c
LEFT JOIN group_parents AS g
    ON g.organisation_id = c.organisation_id AND g.group_id = c.group_id AND g.parent_id = c.parent_id
    AND g.source_id = c.source_id
WHERE c.organisation_id = (SELECT organisation_id FROM run) AND c.import_id = (SELECT undone_id FROM run)
  AND ((c.before).group_id IS NULL) <> (g.group_id IS NULL);
ANALYZE undone_parents;

CREATE TEMP TABLE undone_memberships ON COMMIT DROP AS
SELECT
    c.person_id, c.group_id, c.source_id, CASE WHEN (c.before).person_id IS NULL THEN 'delete' ELSE 'insert' END AS how,
    CAST(NULL AS text) AS conflict
FROM membership_changes AS c
LEFT JOIN memberships AS m
    ON m.organisation_id = c.organisation_id AND m.person_id = c.person_id AND m.group_id = c.group_id
    AND m.source_id = c.source_id
WHERE c.organisation_id = (SELECT organisation_id FROM run) AND c.import_id = (SELECT undone_id FROM run)
  AND NOT c.as_made AND ((c.before).person_id IS NULL) <> (m.person_id IS NULL)
UNION ALL
SELECT c.person_id, c.group_id, c.source_id, 'delete', NULL
FROM membership_changes AS c
WHERE c.organisation_id = (SELECT organisation_id FROM run) AND c.import_id = (SELECT undone_id FROM run) AND c.as_made;
ANALYZE undone_memberships;
