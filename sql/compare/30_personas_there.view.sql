-- What they have there, each once.
SELECT l.line AS key, c.ifi
FROM staged_lines AS l
JOIN staged_claims AS c USING (line)
WHERE NOT l.bad AND NOT EXISTS (SELECT FROM line_components AS o WHERE o.line = l.line)
UNION ALL
(SELECT DISTINCT o.component, c.ifi
 FROM line_components AS o
 JOIN staged_lines AS l USING (line)
 JOIN staged_claims AS c USING (line)
 WHERE NOT l.bad)
