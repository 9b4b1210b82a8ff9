-- People whose customId changes: a line with a customId (new) and a previous one (old) gives the new one to the person
-- who has the old one, all at once, so that ids can be swapped and passed on; every step after this one sees them
-- changed. What contradicts itself, or what is there, is rejected.

-- Nothing is to be done where this source has said so before of the one who has the new one, or where nobody has the old
-- one any more (person_id null; such lines are looked at only for what others say of the old one).
CREATE TEMP TABLE renames ON COMMIT DROP AS
SELECT l.previous_custom_id AS old, l.custom_id AS new, o.id AS person_id, n.id AS holder_id, n.name AS holder_name
FROM run
CROSS JOIN (
    SELECT DISTINCT s.custom_id, s.previous_custom_id
    FROM staged_lines AS s
    WHERE s.previous_custom_id <> s.custom_id AND NOT EXISTS (SELECT FROM rejects AS r WHERE r.line = s.line)
) AS l
LEFT JOIN people AS o ON o.organisation_id = run.organisation_id AND o.custom_id = l.previous_custom_id
LEFT JOIN people AS n ON n.organisation_id = run.organisation_id AND n.custom_id = l.custom_id
LEFT JOIN source_people AS s
    ON s.organisation_id = run.organisation_id AND s.source_id = run.source_id AND s.person_id = n.id
WHERE s.previous_custom_id IS DISTINCT FROM l.previous_custom_id;
ANALYZE renames;

CREATE TEMP TABLE rename_conflicts (
    custom_id text COLLATE "C" NOT NULL,
    value     text COLLATE "C" NOT NULL,
    detail    text COLLATE "C" NOT NULL
) ON COMMIT DROP;

-- Old and still in use: a line has it for its customId, and nobody is renamed to it.
INSERT INTO rename_conflicts (custom_id, value, detail)
SELECT both_lines.custom_id, r.old, format('%s would become %s, and is the custom_id of another line', r.old, r.new)
FROM renames AS r
LEFT JOIN (SELECT DISTINCT new FROM renames WHERE person_id IS NOT NULL) AS taken_up ON taken_up.new = r.old
CROSS JOIN LATERAL (VALUES (r.new), (r.old)) AS both_lines (custom_id)
WHERE EXISTS (
    SELECT FROM staged_lines AS l
    WHERE l.custom_id = r.old AND NOT EXISTS (SELECT FROM rejects AS x WHERE x.line = l.line))
  AND CASE WHEN r.person_id IS NULL THEN r.holder_id IS NULL ELSE taken_up.new IS NULL END;

INSERT INTO rename_conflicts (custom_id, value, detail)
SELECT new, min(old), format('%s and %s would both become %s', min(old), max(old), new)
FROM renames
WHERE person_id IS NOT NULL
GROUP BY new
HAVING count(*) > 1;

INSERT INTO rename_conflicts (custom_id, value, detail)
SELECT r.new, r.old, format('%s would become %s and %s', r.old, many.first, many.last)
FROM (SELECT old, min(new) AS first, max(new) AS last FROM renames WHERE person_id IS NOT NULL
      GROUP BY old HAVING count(*) > 1) AS many
JOIN renames AS r USING (old);

INSERT INTO rename_conflicts (custom_id, value, detail)
SELECT r.new, r.old, concat_ws(' ', r.new, 'belongs to', coalesce(left(r.holder_name, 80), 'somebody'), 'already')
FROM renames AS r
WHERE r.person_id IS NOT NULL AND r.holder_id IS NOT NULL
  AND NOT EXISTS (SELECT FROM renames AS o WHERE o.person_id = r.holder_id);

-- And so on: who is not renamed does not give the old customId free; and what a rejected line names as a previous
-- customId, and nobody has, nobody gets, for the same line would be a rename the next time. (A chain may be as long as
-- the file: each link is looked up.)
CREATE TEMP TABLE rename_links ON COMMIT DROP AS
SELECT
    o.new AS of, r.new AS custom_id, r.old AS value,
    format('%s is not free, for it cannot become %s itself', r.new, o.new) AS detail
FROM renames AS o
JOIN renames AS r ON r.holder_id = o.person_id AND r.person_id IS NOT NULL
UNION ALL
SELECT r.new, r.old, r.old, format('%s is the previous custom_id of a line that is rejected', r.old)
FROM renames AS r
WHERE r.person_id IS NULL;
CREATE INDEX ON rename_links (of);
ANALYZE rename_links;

INSERT INTO rename_conflicts (custom_id, value, detail)
WITH RECURSIVE held_up (custom_id, value, detail) AS (
    SELECT custom_id, value, detail FROM rename_conflicts
    UNION
    SELECT k.custom_id, k.value, k.detail
    FROM held_up AS h
    JOIN rename_links AS k ON k.of = h.custom_id
)
SELECT custom_id, value, detail FROM held_up
EXCEPT
SELECT custom_id, value, detail FROM rename_conflicts;
ANALYZE rename_conflicts;

-- A component is rejected for the first of what contradicts any of its lines.
CREATE TEMP TABLE rename_rejects ON COMMIT DROP AS
SELECT l.line, x.component, c.value, c.detail
FROM (SELECT DISTINCT ON (custom_id) custom_id, value, detail FROM rename_conflicts ORDER BY custom_id, detail, value) AS c
JOIN staged_lines AS l USING (custom_id)
LEFT JOIN joined AS x ON x.line = l.line;
ANALYZE rename_rejects;

INSERT INTO rejects (line, code, value, detail)
SELECT DISTINCT ON (j.line) j.line, 'rename_conflict', j.value, j.detail
FROM (
    SELECT line, value, detail FROM rename_rejects WHERE component IS NULL
    UNION ALL
    SELECT m.line, c.value, c.detail
    FROM (
        SELECT DISTINCT ON (component) component, value, detail
        FROM rename_rejects
        WHERE component IS NOT NULL
        ORDER BY component, detail, value
    ) AS c
    JOIN joined AS m USING (component)
) AS j
WHERE NOT EXISTS (SELECT FROM rejects AS r WHERE r.line = j.line)
ORDER BY j.line, j.detail;
ANALYZE rejects;

CREATE TEMP TABLE renamed ON COMMIT DROP AS
SELECT r.person_id, r.old, r.new, min(l.said_at) AS said_at
FROM renames AS r
JOIN staged_lines AS l ON l.custom_id = r.new AND l.previous_custom_id = r.old
WHERE r.person_id IS NOT NULL
  AND NOT EXISTS (SELECT FROM rename_conflicts AS c WHERE c.custom_id = r.new)
GROUP BY r.person_id, r.old, r.new;
ANALYZE renamed;

INSERT INTO person_versions
    (organisation_id, id, custom_id, name, image_url, created_at, changed_by, said_at, replaced_by)
SELECT p.organisation_id, p.id, p.custom_id, p.name, p.image_url, p.created_at, p.changed_by, p.said_at, run.import_id
FROM renamed AS r
CROSS JOIN run
JOIN people AS p ON p.organisation_id = run.organisation_id AND p.id = r.person_id
WHERE p.changed_by IS DISTINCT FROM run.import_id
ON CONFLICT DO NOTHING;

-- First all are without, for no two may have one at any moment.
UPDATE people AS p
SET custom_id = NULL
FROM renamed AS r
CROSS JOIN run
WHERE p.organisation_id = run.organisation_id AND p.id = r.person_id;

UPDATE people AS p
SET custom_id = r.new, changed_by = run.import_id, said_at = r.said_at
FROM renamed AS r
CROSS JOIN run
WHERE p.organisation_id = run.organisation_id AND p.id = r.person_id;
