-- The first lines that wait, for they name nobody who is there, and have no identifier.
SELECT l.file, l.line_number, l.custom_id
FROM waiting_lines AS w
JOIN staged_lines AS l USING (line)
ORDER BY w.line
LIMIT 5
