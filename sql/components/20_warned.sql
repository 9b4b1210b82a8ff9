-- Lines to be warned of that only show beside other lines, or beside who is there already: an e-mail on the lines of
-- three or more people, and, where near misses are rejected, new personas that are nearly existing ones.
-- (Lines without a customId are as many people as they differ in name or in what else identifies.)
CREATE TEMP TABLE warned ON COMMIT DROP AS
WITH enough AS (
    SELECT x.key
    FROM shared_claims AS x
    JOIN staged_lines AS l USING (line)
    GROUP BY x.key
    HAVING count(DISTINCT l.custom_id) + count(DISTINCT l.line) FILTER (WHERE l.custom_id IS NULL) > 2
),
said AS (
    SELECT x.key, l.custom_id, l.name, array_agg(o.ifi ORDER BY o.ifi) AS others
    FROM enough
    JOIN shared_claims AS x USING (key)
    JOIN staged_lines AS l USING (line)
    LEFT JOIN staged_claims AS o ON l.custom_id IS NULL AND o.line = x.line AND o.place <> x.place
    GROUP BY x.key, x.line, l.custom_id, l.name
),
many AS (
    SELECT key
    FROM said
    GROUP BY key
    HAVING count(DISTINCT custom_id) + count(DISTINCT (name, others)) FILTER (WHERE custom_id IS NULL) > 2
)
SELECT s.line, s.place, 'shared_mbox' AS code, c.ifi AS value, CAST(NULL AS text) AS existing
FROM many
JOIN shared_claims AS s USING (key)
JOIN staged_claims AS c ON c.line = s.line AND c.place = s.place AND c.kind = 'mbox';

INSERT INTO warned (line, place, code, value, existing)
SELECT c.line, c.place, 'near_miss', c.ifi, min(p.ifi)
FROM run
JOIN staged_claims AS c ON 'near_miss' = ANY (run.reject_warnings)
JOIN personas AS p
    ON p.organisation_id = run.organisation_id AND p.kind = c.kind
    AND (p.ifi = c.near OR p.near = coalesce(c.near, c.ifi)) AND p.ifi <> c.ifi
WHERE NOT EXISTS (SELECT FROM personas AS q WHERE q.organisation_id = run.organisation_id AND q.ifi = c.ifi)
GROUP BY c.line, c.place, c.ifi;

INSERT INTO staged_problems (line, place, code, value, detail)
SELECT w.line, w.place, w.code, w.value, w.existing
FROM run
JOIN warned AS w ON w.code = ANY (run.reject_warnings);

-- What makes a line bad is known of all lines only now.
UPDATE staged_lines AS l
SET bad = true
FROM run, staged_problems AS p
WHERE cardinality(run.reject_warnings) > 0 AND p.line = l.line AND NOT l.bad;
