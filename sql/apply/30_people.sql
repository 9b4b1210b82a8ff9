-- What differs in the people who were there, whose rows are kept as they were; then new people, and those made for
-- personas that are dropped. (In this order: a table that has grown many times over is no longer what its statistics say.)
CREATE TEMP TABLE changed_people ON COMMIT DROP AS
SELECT
    p.id AS person_id, g.said_at,
    coalesce(p.custom_id, g.custom_id) AS custom_id,
    CASE WHEN g.name IS NULL THEN p.name ELSE nullif(g.name, '') END AS name,
    CASE WHEN g.image_url IS NULL THEN p.image_url ELSE nullif(g.image_url, '') END AS image_url
FROM (
    SELECT
        g.person_id, g.how, g.custom_id, g.said_at,
        CASE WHEN b.name THEN NULL ELSE g.name END AS name,
        CASE WHEN b.image_url THEN NULL ELSE g.image_url END AS image_url
    FROM given AS g
    LEFT JOIN given_before AS b USING (person_id)
) AS g
CROSS JOIN run
JOIN people AS p ON p.organisation_id = run.organisation_id AND p.id = g.person_id
WHERE g.how <> 'new'
  AND (p.custom_id IS NULL AND g.custom_id IS NOT NULL
       OR g.name IS NOT NULL AND nullif(g.name, '') IS DISTINCT FROM p.name
       OR g.image_url IS NOT NULL AND nullif(g.image_url, '') IS DISTINCT FROM p.image_url);
ANALYZE changed_people;

INSERT INTO person_versions
    (organisation_id, id, custom_id, name, image_url, created_at, changed_by, said_at, replaced_by)
SELECT p.organisation_id, p.id, p.custom_id, p.name, p.image_url, p.created_at, p.changed_by, p.said_at, run.import_id
FROM changed_people AS c
CROSS JOIN run
JOIN people AS p ON p.organisation_id = run.organisation_id AND p.id = c.person_id
WHERE p.changed_by IS DISTINCT FROM run.import_id
ON CONFLICT DO NOTHING;

UPDATE people AS p
SET custom_id = c.custom_id, name = c.name, image_url = c.image_url, changed_by = run.import_id, said_at = c.said_at
FROM changed_people AS c
CROSS JOIN run
WHERE p.organisation_id = run.organisation_id AND p.id = c.person_id;

INSERT INTO people (organisation_id, id, custom_id, name, image_url, changed_by, said_at)
SELECT
    run.organisation_id, g.person_id, g.custom_id, nullif(g.name, ''), nullif(g.image_url, ''), run.import_id, g.said_at
FROM given AS g
CROSS JOIN run
WHERE g.how = 'new';

INSERT INTO people (organisation_id, id, name, changed_by)
SELECT run.organisation_id, d.to_id, d.agent_name, run.import_id
FROM dropped AS d
CROSS JOIN run
WHERE d.to_id IS NOT NULL;
