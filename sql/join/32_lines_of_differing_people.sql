-- Lines of different people, it seems, under one custom_id: each of its lines that has a name, where these have different
-- names and no identifier in common.
WITH named AS (
    SELECT s.key, s.line, s.custom_id, lower(l.name) AS name
    FROM shared_custom_ids AS s
    JOIN staged_lines AS l USING (line)
    WHERE l.name <> '' AND NOT EXISTS (SELECT FROM nobodys_words AS b WHERE b.line = s.line AND b.place IS NULL)
), differing AS (
    SELECT key, count(*) AS lines FROM named GROUP BY key HAVING min(name) <> max(name)
), agreed AS (
    SELECT d.key
    FROM differing AS d
    JOIN named AS n USING (key)
    JOIN staged_claims AS c ON c.line = n.line
    GROUP BY d.key, d.lines, c.ifi
    HAVING count(DISTINCT n.line) = d.lines
)
SELECT n.line, n.custom_id AS value
FROM differing AS d
JOIN named AS n USING (key)
WHERE NOT EXISTS (SELECT FROM agreed AS a WHERE a.key = d.key)
