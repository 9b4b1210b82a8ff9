-- Groups that accepted lines name and nobody has; and the names and types that lines give: the last that is not blank,
-- by position, among the lines of a group.
CREATE TEMP TABLE defined ON COMMIT DROP AS
SELECT definition, max(line) AS line
FROM (
    SELECT m.definition, m.line
    FROM (SELECT line, definition FROM staged_memberships UNION ALL SELECT line, definition FROM staged_sayings) AS m
    WHERE m.definition IS NOT NULL
      AND NOT EXISTS (SELECT FROM rejects AS r WHERE r.line = m.line)
      AND NOT EXISTS (SELECT FROM waiting AS w WHERE w.line = m.line)
    UNION ALL
    SELECT definition, line FROM unchanged_definitions
) AS said
GROUP BY definition;

INSERT INTO defined (definition, line)
SELECT p.parent, max(d.line)
FROM defined AS d
JOIN staged_parents AS p USING (definition)
GROUP BY p.parent;
ANALYZE defined;

CREATE TEMP TABLE group_values ON COMMIT DROP AS
SELECT
    g.custom_id,
    (array_agg(g.name ORDER BY d.line DESC, d.definition DESC) FILTER (WHERE g.name IS NOT NULL))[1] AS name,
    (array_agg(g.type ORDER BY d.line DESC, d.definition DESC) FILTER (WHERE g.type IS NOT NULL))[1] AS type,
    coalesce(max(l.said_at), max(g.said_at)) AS said_at,
    max(g.said_at) AS said_in_file_at
FROM defined AS d
JOIN staged_groups AS g USING (definition)
LEFT JOIN staged_lines AS l USING (line)
GROUP BY g.custom_id;
ANALYZE group_values;

CREATE TEMP TABLE changed_groups ON COMMIT DROP AS
SELECT
    g.id AS group_id, v.said_at,
    CASE WHEN v.name IS NULL THEN g.name ELSE nullif(v.name, '') END AS name,
    CASE WHEN v.type IS NULL THEN g.type ELSE nullif(v.type, '') END AS type
FROM group_values AS v
CROSS JOIN run
JOIN groups AS g ON g.organisation_id = run.organisation_id AND g.custom_id = v.custom_id
WHERE v.name IS NOT NULL AND nullif(v.name, '') IS DISTINCT FROM g.name
   OR v.type IS NOT NULL AND nullif(v.type, '') IS DISTINCT FROM g.type;

INSERT INTO group_versions (organisation_id, id, custom_id, name, type, created_at, changed_by, said_at, replaced_by)
SELECT g.organisation_id, g.id, g.custom_id, g.name, g.type, g.created_at, g.changed_by, g.said_at, run.import_id
FROM changed_groups AS c
CROSS JOIN run
JOIN groups AS g ON g.organisation_id = run.organisation_id AND g.id = c.group_id
WHERE g.changed_by IS DISTINCT FROM run.import_id
ON CONFLICT DO NOTHING;

UPDATE groups AS g
SET name = c.name, type = c.type, changed_by = run.import_id, said_at = c.said_at
FROM changed_groups AS c
CROSS JOIN run
WHERE g.organisation_id = run.organisation_id AND g.id = c.group_id;

CREATE TEMP TABLE new_groups ON COMMIT DROP AS
SELECT n.custom_id, coalesce(s.said_in_file_at, s.said_at) AS said_at, row_number() OVER (ORDER BY n.custom_id) AS nth
FROM named_groups AS n
JOIN (
    SELECT custom_id, min(said_at) AS said_at, min(said_in_file_at) AS said_in_file_at
    FROM (
        SELECT m.group_custom_id AS custom_id, m.said_at, CAST(NULL AS bigint) AS said_in_file_at
        FROM staged_memberships AS m
        WHERE NOT EXISTS (SELECT FROM rejects AS r WHERE r.line = m.line)
          AND NOT EXISTS (SELECT FROM waiting AS w WHERE w.line = m.line)
        UNION ALL
        SELECT custom_id, said_at, said_in_file_at FROM group_values
    ) AS said
    GROUP BY custom_id
) AS s USING (custom_id)
WHERE n.may_be_made AND n.id IS NULL;

SELECT pg_advisory_lock(7305, 0);
CREATE TEMP TABLE group_block ON COMMIT DROP AS
SELECT setval('group_ids', nextval('group_ids') + n) - n AS base
FROM (SELECT count(*) AS n FROM new_groups) AS counted;
SELECT pg_advisory_unlock(7305, 0);
ANALYZE group_block;

INSERT INTO groups (organisation_id, id, custom_id, name, type, changed_by, said_at)
SELECT
    run.organisation_id, b.base + n.nth, n.custom_id, nullif(v.name, ''), nullif(v.type, ''), run.import_id, n.said_at
FROM new_groups AS n
CROSS JOIN run
CROSS JOIN group_block AS b
LEFT JOIN group_values AS v USING (custom_id);

UPDATE named_groups AS n
SET id = b.base + g.nth
FROM new_groups AS g
CROSS JOIN group_block AS b
WHERE g.custom_id = n.custom_id;
ANALYZE named_groups;
