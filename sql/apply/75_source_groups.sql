-- What this source gives as the previous customIds of groups, where that differs from what it gave last.
CREATE TEMP TABLE given_groups ON COMMIT DROP AS
SELECT g.id AS group_id, x.previous_custom_id, x.said_at, s.group_id IS NOT NULL AS known
FROM group_sayings AS x
CROSS JOIN run
JOIN groups AS g ON g.organisation_id = run.organisation_id AND g.custom_id = x.custom_id
LEFT JOIN source_groups AS s
    ON s.organisation_id = run.organisation_id AND s.source_id = run.source_id AND s.group_id = g.id
WHERE s.previous_custom_id IS DISTINCT FROM x.previous_custom_id;

INSERT INTO group_saying_versions
    (organisation_id, source_id, group_id, previous_custom_id, changed_by, said_at, replaced_by)
SELECT s.organisation_id, s.source_id, s.group_id, s.previous_custom_id, s.changed_by, s.said_at, run.import_id
FROM given_groups AS x
CROSS JOIN run
JOIN source_groups AS s
    ON s.organisation_id = run.organisation_id AND s.source_id = run.source_id AND s.group_id = x.group_id
WHERE s.changed_by IS DISTINCT FROM run.import_id
ON CONFLICT DO NOTHING;

UPDATE source_groups AS s
SET previous_custom_id = x.previous_custom_id, changed_by = run.import_id, said_at = x.said_at
FROM given_groups AS x
CROSS JOIN run
WHERE x.known AND s.organisation_id = run.organisation_id AND s.source_id = run.source_id AND s.group_id = x.group_id;

INSERT INTO source_groups (organisation_id, source_id, group_id, previous_custom_id, changed_by, said_at)
SELECT run.organisation_id, run.source_id, x.group_id, x.previous_custom_id, run.import_id, x.said_at
FROM given_groups AS x
CROSS JOIN run
WHERE NOT x.known;
