-- The first near misses, with the line of the new persona.
SELECT l.file, l.line_number, n.ifi, n.existing
FROM near_misses AS n
JOIN staged_lines AS l USING (line)
ORDER BY n.line, n.place, n.existing
LIMIT 5
