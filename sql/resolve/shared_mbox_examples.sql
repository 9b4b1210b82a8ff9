-- How many lines have an e-mail that three or more people's lines have, and the first of them.
SELECT l.file, l.at, w.value, count(*) OVER () AS lines
FROM warned AS w
JOIN staged_lines AS l USING (line)
WHERE w.code = 'shared_mbox'
ORDER BY w.line, w.place
LIMIT 5
