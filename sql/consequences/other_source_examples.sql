-- The first lines that rename somebody whom only other sources have given.
SELECT l.file, l.line_number, r.old AS value
FROM renamed_of_others AS r
JOIN staged_lines AS l ON l.line = r.line
ORDER BY r.line
LIMIT 5
