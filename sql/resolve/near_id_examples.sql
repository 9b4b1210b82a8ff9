-- The first lines with a new custom_id that is nearly somebody's.
SELECT l.file, l.line_number, n.custom_id AS value, n.existing
FROM near_ids AS n
JOIN staged_lines AS l ON l.line = n.component
WHERE NOT EXISTS (SELECT FROM id_rejects AS r WHERE r.line = n.component)
ORDER BY n.component
LIMIT 5
