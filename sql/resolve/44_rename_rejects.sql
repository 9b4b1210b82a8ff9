-- The lines that are rejected for it, with all that belong to them.
SELECT DISTINCT ON (j.line) j.line, c.value, c.detail
FROM rename_conflicts AS c
JOIN staged_lines AS l USING (custom_id)
LEFT JOIN joined AS x ON x.line = l.line
CROSS JOIN LATERAL (
    SELECT l.line
    UNION
    SELECT m.line FROM joined AS m WHERE m.component = x.component
) AS j
WHERE NOT EXISTS (SELECT FROM rejected_as_contested AS r WHERE r.line = j.line)
ORDER BY j.line, c.detail
