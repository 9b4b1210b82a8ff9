-- Only now people left without personas go, with their memberships; what they were is kept.
CREATE TEMP TABLE emptied ON COMMIT DROP AS
SELECT p.id AS person_id, p.custom_id
FROM (SELECT from_id FROM moves UNION SELECT from_id FROM dropped) AS l
CROSS JOIN run
JOIN people AS p ON p.organisation_id = run.organisation_id AND p.id = l.from_id
WHERE NOT EXISTS (SELECT FROM personas AS q
                  WHERE q.organisation_id = run.organisation_id AND q.person_id = l.from_id);
ANALYZE emptied;

INSERT INTO affected_groups
SELECT DISTINCT m.group_id
FROM emptied AS e
CROSS JOIN run
JOIN memberships AS m ON m.organisation_id = run.organisation_id AND m.person_id = e.person_id;

WITH gone AS (
    DELETE FROM memberships AS m
    USING emptied AS e, run
    WHERE m.organisation_id = run.organisation_id AND m.person_id = e.person_id
    RETURNING m.*
)
INSERT INTO membership_versions (organisation_id, person_id, group_id, source_id, changed_by, said_at, replaced_by)
SELECT m.organisation_id, m.person_id, m.group_id, m.source_id, m.changed_by, m.said_at, run.import_id
FROM gone AS m
CROSS JOIN run
WHERE m.changed_by IS DISTINCT FROM run.import_id
ON CONFLICT DO NOTHING;

WITH gone AS (
    DELETE FROM source_people AS s
    USING emptied AS e, run
    WHERE s.organisation_id = run.organisation_id AND s.person_id = e.person_id
    RETURNING s.*
)
INSERT INTO saying_versions
    (organisation_id, person_id, source_id, name, image_url, previous_custom_id, changed_by, said_at, replaced_by)
SELECT
    s.organisation_id, s.person_id, s.source_id, s.name, s.image_url, s.previous_custom_id, s.changed_by, s.said_at,
    run.import_id
FROM gone AS s
CROSS JOIN run
WHERE s.changed_by IS DISTINCT FROM run.import_id
ON CONFLICT DO NOTHING;

WITH gone AS (
    DELETE FROM people AS p
    USING emptied AS e, run
    WHERE p.organisation_id = run.organisation_id AND p.id = e.person_id
    RETURNING p.*
)
INSERT INTO person_versions
    (organisation_id, id, custom_id, name, image_url, created_at, changed_by, said_at, replaced_by)
SELECT p.organisation_id, p.id, p.custom_id, p.name, p.image_url, p.created_at, p.changed_by, p.said_at, run.import_id
FROM gone AS p
CROSS JOIN run
WHERE p.changed_by IS DISTINCT FROM run.import_id
ON CONFLICT DO NOTHING;

DELETE FROM given AS g USING emptied AS e WHERE e.person_id = g.person_id;
DELETE FROM targets AS t USING emptied AS e WHERE e.person_id = t.person_id;
