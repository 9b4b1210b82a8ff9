-- Groups that accepted lines name and nobody has.
CREATE TEMP TABLE new_groups ON COMMIT DROP AS
SELECT n.custom_id, row_number() OVER (ORDER BY n.custom_id) AS nth
FROM run
JOIN named_groups AS n ON run.create_groups AND n.id IS NULL
WHERE n.custom_id IN (
    SELECT m.group_custom_id
    FROM staged_memberships AS m
    WHERE NOT EXISTS (SELECT FROM rejects AS r WHERE r.line = m.line)
      AND NOT EXISTS (SELECT FROM waiting AS w WHERE w.line = m.line));

SELECT pg_advisory_lock(7305, 0);
CREATE TEMP TABLE group_block ON COMMIT DROP AS
SELECT setval('group_ids', nextval('group_ids') + n) - n AS base
FROM (SELECT count(*) AS n FROM new_groups) AS counted;
SELECT pg_advisory_unlock(7305, 0);
ANALYZE group_block;

INSERT INTO groups (organisation_id, id, custom_id, changed_by)
SELECT run.organisation_id, b.base + n.nth, n.custom_id, run.import_id
FROM new_groups AS n
CROSS JOIN run
CROSS JOIN group_block AS b;

UPDATE named_groups AS n
SET id = b.base + g.nth
FROM new_groups AS g
CROSS JOIN group_block AS b
WHERE g.custom_id = n.custom_id;
ANALYZE named_groups;
