-- The lines that name a group which does not exist and may not be made, themselves or as a group's parent.
SELECT m.line, min(m.custom_id) AS custom_id
FROM (
    SELECT m.line, g.custom_id
    FROM missing_groups AS g
    JOIN staged_memberships AS m ON m.group_custom_id = g.custom_id
    UNION ALL
    SELECT m.line, g.custom_id
    FROM missing_groups AS g
    JOIN staged_definitions AS p ON p.custom_id = g.custom_id
    JOIN staged_definition_parents AS s ON s.parent = p.definition
    JOIN (
        SELECT line, definition FROM staged_memberships UNION ALL SELECT line, definition FROM staged_defining_lines
    ) AS m ON m.definition = s.definition
) AS m
GROUP BY m.line
