-- Memberships that this source gives: the cells of a target add up; what it no longer gives goes where that was asked
-- for, never from people whom a rejected line names, and, unless they are kept, from those who have left.
CREATE TEMP VIEW desired AS
SELECT t.person_id, g.id AS group_id, m.said_at
FROM staged_memberships AS m
LEFT JOIN joined AS j ON j.line = m.line
JOIN targets AS t ON t.component = coalesce(j.component, m.line)
JOIN named_groups AS g ON g.custom_id = m.group_custom_id;

CREATE TEMP TABLE added ON COMMIT DROP AS
SELECT d.person_id, d.group_id, d.said_at
FROM desired AS d
CROSS JOIN run
WHERE NOT EXISTS (
    SELECT FROM memberships AS m
    WHERE m.organisation_id = run.organisation_id AND m.person_id = d.person_id AND m.group_id = d.group_id
      AND m.source_id = run.source_id);

-- Several lines of one target may name one group; a line names it once.
DELETE FROM added AS a
USING (
    SELECT x.ctid AS place, row_number() OVER (PARTITION BY x.person_id, x.group_id ORDER BY x.said_at) AS nth
    FROM crowded AS c
    JOIN added AS x USING (person_id)
) AS repeated
WHERE repeated.nth > 1 AND a.ctid = repeated.place;
ANALYZE added;

CREATE TEMP TABLE removed ON COMMIT DROP AS
SELECT m.person_id, m.group_id
FROM (SELECT person_id FROM given WHERE clears_groups) AS g
CROSS JOIN run
JOIN memberships AS m
    ON m.organisation_id = run.organisation_id AND m.person_id = g.person_id AND m.source_id = run.source_id
WHERE NOT EXISTS (SELECT FROM desired AS d WHERE d.person_id = m.person_id AND d.group_id = m.group_id)
  AND NOT EXISTS (SELECT FROM protected AS s WHERE s.person_id = m.person_id)
UNION ALL
SELECT m.person_id, m.group_id
FROM run
JOIN leavers AS l ON run.leavers_mode <> 'keep'
JOIN memberships AS m
    ON m.organisation_id = run.organisation_id AND m.person_id = l.person_id AND m.source_id = run.source_id;
ANALYZE removed;

DROP VIEW desired;

-- What other sources say of the same people.
CREATE TEMP TABLE others_memberships ON COMMIT DROP AS
SELECT c.person_id, c.group_id
FROM (SELECT person_id, group_id FROM added UNION ALL SELECT person_id, group_id FROM removed) AS c
CROSS JOIN run
JOIN memberships AS m
    ON m.organisation_id = run.organisation_id AND m.person_id = c.person_id AND m.group_id = c.group_id
    AND m.source_id <> run.source_id;
ANALYZE others_memberships;

INSERT INTO memberships (organisation_id, person_id, group_id, source_id, changed_by, said_at)
SELECT run.organisation_id, a.person_id, a.group_id, run.source_id, run.import_id, a.said_at
FROM added AS a
CROSS JOIN run;

WITH gone AS (
    DELETE FROM memberships AS m
    USING removed AS r, run
    WHERE m.organisation_id = run.organisation_id AND m.person_id = r.person_id AND m.group_id = r.group_id
      AND m.source_id = run.source_id
    RETURNING m.*
)
INSERT INTO membership_versions (organisation_id, person_id, group_id, source_id, changed_by, said_at, replaced_by)
SELECT m.organisation_id, m.person_id, m.group_id, m.source_id, m.changed_by, m.said_at, run.import_id
FROM gone AS m
CROSS JOIN run
WHERE m.changed_by IS DISTINCT FROM run.import_id
ON CONFLICT DO NOTHING;

-- A group's reporting changes only where nobody else's word keeps the person in it.
INSERT INTO affected_groups (group_id)
SELECT DISTINCT c.group_id
FROM (SELECT person_id, group_id FROM added UNION ALL SELECT person_id, group_id FROM removed) AS c
WHERE NOT EXISTS (SELECT FROM others_memberships AS o
                  WHERE o.person_id = c.person_id AND o.group_id = c.group_id);

INSERT INTO affected_groups (group_id)
SELECT DISTINCT m.group_id
FROM affected_people AS a
CROSS JOIN run
JOIN memberships AS m ON m.organisation_id = run.organisation_id AND m.person_id = a.person_id;
