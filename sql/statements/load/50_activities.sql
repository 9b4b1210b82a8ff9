-- What the new statements are about; activities that nobody has named yet are made.
CREATE TEMP TABLE objects ON COMMIT DROP AS
SELECT u.activity, s.iri, a.id AS activity_id, a.id IS NULL AS is_new
FROM run
CROSS JOIN (SELECT DISTINCT activity FROM new_statements) AS u
JOIN staged_activities AS s USING (activity)
LEFT JOIN activities AS a ON a.organisation_id = run.organisation_id AND a.iri = s.iri;

SELECT pg_advisory_lock(7305, 0);
CREATE TEMP TABLE activity_block ON COMMIT DROP AS
SELECT setval('activity_ids', nextval('activity_ids') + n) - n AS base
FROM (SELECT count(*) AS n FROM objects WHERE is_new) AS counted;
SELECT pg_advisory_unlock(7305, 0);
ANALYZE objects, activity_block;

UPDATE objects AS o
SET activity_id = b.base + n.nth
FROM (SELECT activity, row_number() OVER (ORDER BY activity) AS nth FROM objects WHERE is_new) AS n
CROSS JOIN activity_block AS b
WHERE n.activity = o.activity;
ANALYZE objects;

INSERT INTO activities (organisation_id, id, iri)
SELECT run.organisation_id, o.activity_id, o.iri
FROM objects AS o
CROSS JOIN run
WHERE o.is_new
ORDER BY o.activity_id;
