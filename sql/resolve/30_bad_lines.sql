-- Lines are bad by a cell of their own, by naming nobody (both found while reading), or, where none may be made,
-- by a group that does not exist; a component with a bad line is rejected whole.
INSERT INTO rejects (line, code)
SELECT line, 'bad' FROM staged_lines WHERE bad;

INSERT INTO rejects (line, code, value)
SELECT m.line, 'unknown_group', min(m.custom_id)
FROM (
    SELECT m.line, g.custom_id
    FROM named_groups AS g
    JOIN staged_memberships AS m ON m.group_custom_id = g.custom_id
    WHERE g.id IS NULL AND NOT g.may_be_made
    UNION ALL
    SELECT m.line, g.custom_id
    FROM named_groups AS g
    JOIN staged_groups AS p ON p.custom_id = g.custom_id
    JOIN staged_parents AS s ON s.parent = p.definition
    JOIN (
        SELECT line, definition FROM staged_memberships UNION ALL SELECT line, definition FROM staged_sayings
    ) AS m ON m.definition = s.definition
    WHERE g.id IS NULL AND NOT g.may_be_made
) AS m
WHERE NOT EXISTS (SELECT FROM rejects AS r WHERE r.line = m.line)
GROUP BY m.line;

-- The good lines of such a component name its bad ones.
WITH bad AS (
    SELECT j.component, array_agg(j.line ORDER BY j.line) AS lines
    FROM joined AS j
    WHERE EXISTS (SELECT FROM rejects AS r WHERE r.line = j.line)
    GROUP BY j.component
)
INSERT INTO rejects (line, code, others, more)
SELECT j.line, 'linked_to_bad_line', bad.lines[1:5], greatest(cardinality(bad.lines) - 5, 0)
FROM joined AS j
JOIN bad USING (component)
WHERE NOT EXISTS (SELECT FROM rejects AS r WHERE r.line = j.line);
ANALYZE rejects;
