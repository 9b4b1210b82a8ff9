-- Parents that accepted lines give, of all groups: they add up. (`said_parents`: with those of rejected lines;
-- `added_parents`: less those that are known; `new_parents`: less those that would go round.)
SELECT
    c.id AS group_id, p.id AS parent_id, bool_or(d.definition < 0) AS from_file,
    min(coalesce(l.said_in, x.said_in)) AS said_in
FROM defined_groups AS d
JOIN staged_definition_parents AS s USING (definition)
JOIN staged_definitions AS x ON x.definition = s.definition
JOIN known_groups AS c ON c.custom_id = x.custom_id
JOIN staged_definitions AS y ON y.definition = s.parent
JOIN known_groups AS p ON p.custom_id = y.custom_id
LEFT JOIN (
    SELECT line, said_in FROM staged_lines UNION ALL SELECT line, said_in FROM unchanged_definitions
) AS l ON l.line = d.line
GROUP BY c.id, p.id
