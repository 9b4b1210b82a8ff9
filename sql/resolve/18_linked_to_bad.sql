-- The good lines of components that have a bad one: rejected too, each with the bad ones that its message names.
WITH bad AS (
    SELECT k.component, array_agg(k.line ORDER BY k.line) AS lines
    FROM linked_lines AS k
    JOIN bad_lines AS b USING (line)
    GROUP BY k.component
)
SELECT k.line, bad.lines[1:5] AS others, greatest(cardinality(bad.lines) - 5, 0) AS more
FROM linked_lines AS k
JOIN bad USING (component)
WHERE NOT EXISTS (SELECT FROM bad_lines AS b WHERE b.line = k.line)
