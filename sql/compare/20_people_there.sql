-- The people there. (Of several cells the last that is not blank.)
SELECT l.line AS key, l.custom_id, l.name, l.image_url
FROM staged_lines AS l
WHERE NOT l.bad AND NOT EXISTS (SELECT FROM line_components AS o WHERE o.line = l.line)
UNION ALL
SELECT
    o.component,
    (array_agg(l.custom_id ORDER BY l.line DESC) FILTER (WHERE l.custom_id IS NOT NULL))[1],
    (array_agg(l.name ORDER BY l.line DESC) FILTER (WHERE l.name IS NOT NULL))[1],
    (array_agg(l.image_url ORDER BY l.line DESC) FILTER (WHERE l.image_url IS NOT NULL))[1]
FROM line_components AS o
JOIN staged_lines AS l USING (line)
WHERE NOT l.bad
GROUP BY o.component
