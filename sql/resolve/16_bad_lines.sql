-- Lines are bad by a cell of their own, by naming nobody (both found while reading), by a warning that is to reject, or by a
-- group that does not exist and may not be made.
WITH bad AS (
    SELECT line FROM staged_lines WHERE bad
    UNION
    SELECT p.line
    FROM problems AS p
    JOIN staged_lines AS l USING (line)
    WHERE cardinality(CAST(:reject_warnings AS text[])) > 0
)
SELECT line, 'bad' AS code, CAST(NULL AS text) COLLATE "C" AS value FROM bad
UNION ALL
SELECT m.line, 'unknown_group', min(m.custom_id)
FROM (
    SELECT m.line, g.custom_id
    FROM missing_groups AS g
    JOIN staged_memberships AS m ON m.group_custom_id = g.custom_id
    UNION ALL
    SELECT m.line, g.custom_id
    FROM missing_groups AS g
    JOIN staged_groups AS p ON p.custom_id = g.custom_id
    JOIN staged_parents AS s ON s.parent = p.definition
    JOIN (
        SELECT line, definition FROM staged_memberships UNION ALL SELECT line, definition FROM staged_sayings
    ) AS m ON m.definition = s.definition
) AS m
WHERE NOT EXISTS (SELECT FROM bad AS b WHERE b.line = m.line)
GROUP BY m.line
