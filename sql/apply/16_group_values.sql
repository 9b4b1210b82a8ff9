-- The names and types that lines give: the last that is not blank, by position, among the lines of a group; and since when it is
-- there, the first that they say.
SELECT
    g.custom_id,
    (array_agg(g.name ORDER BY d.line DESC, d.definition DESC) FILTER (WHERE g.name IS NOT NULL))[1] AS name,
    (array_agg(g.type ORDER BY d.line DESC, d.definition DESC) FILTER (WHERE g.type IS NOT NULL))[1] AS type,
    min(g.created) AS created,
    coalesce(max(l.said_in), max(g.said_in)) AS said_in,
    max(g.said_in) AS said_in_file_at
FROM defined_groups AS d
JOIN staged_definitions AS g USING (definition)
LEFT JOIN (
    SELECT line, said_in FROM staged_lines UNION ALL SELECT line, said_in FROM unchanged_definitions
) AS l USING (line)
GROUP BY g.custom_id
