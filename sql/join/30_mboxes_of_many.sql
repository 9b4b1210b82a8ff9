-- E-mails on the lines of three or more people, on each such line. Lines without a custom_id are as many people as they
-- differ in name or in what else identifies; where custom_ids alone tell, nobody looks at these.
WITH enough AS (
    SELECT x.key, count(DISTINCT l.custom_id) AS named
    FROM shared_claims AS x
    JOIN staged_lines AS l USING (line)
    GROUP BY x.key
    HAVING count(DISTINCT l.custom_id) + count(*) FILTER (WHERE l.custom_id IS NULL) > 2
), unnamed AS (
    SELECT x.key, l.name, array_agg(o.ifi ORDER BY o.ifi) AS others
    FROM enough AS e
    JOIN shared_claims AS x USING (key)
    JOIN staged_lines AS l ON l.line = x.line AND l.custom_id IS NULL
    LEFT JOIN staged_claims AS o ON o.line = x.line AND o.place <> x.place
    WHERE e.named <= 2
    GROUP BY x.key, x.line, l.name
)
SELECT s.line, s.place, c.ifi AS value
FROM enough AS e
LEFT JOIN (SELECT key, count(DISTINCT (name, others)) AS people FROM unnamed GROUP BY key) AS u USING (key)
JOIN shared_claims AS s USING (key)
JOIN staged_claims AS c ON c.line = s.line AND c.place = s.place AND c.kind = 'mbox'
WHERE e.named + coalesce(u.people, 0) > 2
