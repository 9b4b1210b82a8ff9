-- Parents that this source gives: those of accepted lines add up; with replace, what it gave and no longer names goes,
-- from groups to which its lines give any parent; with <delete>, in any case; never from groups that a rejected line names.
-- A parent of lines of people that would make a group its own ancestor is left out. (Of lines about groups there is none.)
CREATE TEMP TABLE wanted_parents ON COMMIT DROP AS
SELECT
    c.id AS group_id, p.id AS parent_id, bool_or(d.definition < 0) AS from_file,
    min(coalesce(l.said_at, x.said_at)) AS said_at
FROM defined AS d
JOIN staged_parents AS s USING (definition)
JOIN staged_groups AS x ON x.definition = s.definition
JOIN named_groups AS c ON c.custom_id = x.custom_id
JOIN staged_groups AS y ON y.definition = s.parent
JOIN named_groups AS p ON p.custom_id = y.custom_id
LEFT JOIN staged_lines AS l ON l.line = d.line
WHERE c.id IS NOT NULL AND p.id IS NOT NULL
GROUP BY c.id, p.id;
ANALYZE wanted_parents;

-- What any line says, also a rejected one; and the groups that rejected lines name.
CREATE TEMP TABLE said_parents ON COMMIT DROP AS
SELECT DISTINCT c.id AS group_id, p.id AS parent_id
FROM staged_parents AS s
JOIN staged_groups AS x ON x.definition = s.definition
JOIN named_groups AS c ON c.custom_id = x.custom_id
JOIN staged_groups AS y ON y.definition = s.parent
JOIN named_groups AS p ON p.custom_id = y.custom_id
WHERE c.id IS NOT NULL AND p.id IS NOT NULL;
ANALYZE said_parents;

CREATE TEMP TABLE kept_groups ON COMMIT DROP AS
SELECT c.id AS group_id
FROM protected_groups AS x
CROSS JOIN run
JOIN groups AS c ON c.organisation_id = run.organisation_id AND c.custom_id = x.custom_id;
ANALYZE kept_groups;

CREATE TEMP TABLE stale_parents ON COMMIT DROP AS
SELECT g.group_id, g.parent_id
FROM (
    SELECT w.group_id FROM wanted_parents AS w JOIN run ON run.groups_mode = 'replace'
    UNION
    SELECT n.id FROM cleared_parents AS c JOIN named_groups AS n USING (custom_id)
) AS w
CROSS JOIN run
JOIN group_parents AS g
    ON g.organisation_id = run.organisation_id AND g.group_id = w.group_id AND g.source_id = run.source_id
WHERE NOT EXISTS (SELECT FROM said_parents AS s WHERE s.group_id = g.group_id AND s.parent_id = g.parent_id)
  AND NOT EXISTS (SELECT FROM kept_groups AS k WHERE k.group_id = g.group_id);
ANALYZE stale_parents;

CREATE TEMP TABLE new_parents ON COMMIT DROP AS
SELECT w.group_id, w.parent_id, w.from_file, w.said_at
FROM wanted_parents AS w
CROSS JOIN run
WHERE NOT EXISTS (
    SELECT FROM group_parents AS g
    WHERE g.organisation_id = run.organisation_id AND g.group_id = w.group_id AND g.parent_id = w.parent_id
      AND g.source_id = run.source_id);
ANALYZE new_parents;

-- A parent's reporting changes where somebody is in the child, or in a group below it, and no other source says or said
-- that it is the parent: of those that go, as it has been so far.
INSERT INTO affected_groups (group_id)
SELECT DISTINCT c.parent_id
FROM stale_parents AS c
CROSS JOIN run
JOIN peopled AS p ON p.group_id = c.group_id
WHERE EXISTS (SELECT FROM stale_parents)
  AND NOT EXISTS (
    SELECT FROM group_parents AS o
    WHERE o.organisation_id = run.organisation_id AND o.group_id = c.group_id AND o.parent_id = c.parent_id
      AND o.source_id <> run.source_id);

WITH gone AS (
    DELETE FROM group_parents AS g
    USING stale_parents AS s, run
    WHERE g.organisation_id = run.organisation_id AND g.group_id = s.group_id AND g.parent_id = s.parent_id
      AND g.source_id = run.source_id
    RETURNING g.*
)
INSERT INTO parent_versions (organisation_id, group_id, parent_id, source_id, changed_by, said_at, replaced_by)
SELECT g.organisation_id, g.group_id, g.parent_id, g.source_id, g.changed_by, g.said_at, run.import_id
FROM gone AS g
CROSS JOIN run
WHERE g.changed_by IS DISTINCT FROM run.import_id
ON CONFLICT DO NOTHING;

-- Every new parent from which the way up leads back to its child.
CREATE TEMP TABLE cycles ON COMMIT DROP AS
WITH RECURSIVE up (group_id, parent_id, at) AS (
    SELECT group_id, parent_id, parent_id FROM new_parents WHERE NOT from_file
    UNION
    SELECT u.group_id, u.parent_id, e.parent_id
    FROM up AS u
    CROSS JOIN run
    CROSS JOIN LATERAL (
        SELECT n.parent_id FROM new_parents AS n WHERE n.group_id = u.at
        UNION ALL
        SELECT g.parent_id FROM group_parents AS g WHERE g.organisation_id = run.organisation_id AND g.group_id = u.at
    ) AS e
    WHERE u.at <> u.group_id
)
SELECT DISTINCT group_id, parent_id FROM up WHERE at = group_id;

-- All ways up from the groups on the first of them, for naming them.
CREATE TEMP TABLE ways_up ON COMMIT DROP AS
WITH RECURSIVE up (group_id, parent_id) AS (
    (SELECT group_id, parent_id FROM cycles ORDER BY group_id, parent_id LIMIT 5)
    UNION
    SELECT e.group_id, e.parent_id
    FROM up AS u
    CROSS JOIN run
    CROSS JOIN LATERAL (
        SELECT n.group_id, n.parent_id FROM new_parents AS n WHERE n.group_id = u.parent_id
        UNION ALL
        SELECT g.group_id, g.parent_id
        FROM group_parents AS g
        WHERE g.organisation_id = run.organisation_id AND g.group_id = u.parent_id
    ) AS e
)
SELECT group_id, parent_id FROM up;

DELETE FROM new_parents AS n USING cycles AS c WHERE c.group_id = n.group_id AND c.parent_id = n.parent_id;

INSERT INTO group_parents (organisation_id, group_id, parent_id, source_id, changed_by, said_at)
SELECT run.organisation_id, n.group_id, n.parent_id, run.source_id, run.import_id, n.said_at
FROM new_parents AS n
CROSS JOIN run;

-- The same of parents that are new, as it is now.
INSERT INTO affected_groups (group_id)
SELECT DISTINCT c.parent_id
FROM new_parents AS c
CROSS JOIN run
JOIN peopled AS p ON p.group_id = c.group_id
WHERE EXISTS (SELECT FROM new_parents)
  AND NOT EXISTS (
    SELECT FROM group_parents AS o
    WHERE o.organisation_id = run.organisation_id AND o.group_id = c.group_id AND o.parent_id = c.parent_id
      AND o.source_id <> run.source_id);
