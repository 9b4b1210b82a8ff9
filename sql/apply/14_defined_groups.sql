-- What accepted lines say of groups, each saying with the last line that says it.
WITH said AS (
    SELECT definition, max(line) AS line
    FROM (
        SELECT m.definition, m.line
        FROM (SELECT line, definition FROM staged_memberships UNION ALL SELECT line, definition FROM staged_defining_lines) AS m
        WHERE m.definition IS NOT NULL
          AND NOT EXISTS (SELECT FROM rejects AS r WHERE r.line = m.line)
          AND NOT EXISTS (SELECT FROM waiting_lines AS w WHERE w.line = m.line)
        UNION ALL
        SELECT definition, line FROM unchanged_definitions
    ) AS each
    GROUP BY definition
)
SELECT definition, line FROM said
UNION ALL
SELECT p.parent, max(s.line)
FROM said AS s
JOIN staged_definition_parents AS p USING (definition)
GROUP BY p.parent
