-- How many lines are warned of for an e-mail that three or more people's lines have, and the first of them.
SELECT l.file, l.line_number, w.value, count(*) OVER () AS lines
FROM (SELECT DISTINCT ON (line) line, value FROM mboxes_of_many ORDER BY line, place) AS w
JOIN staged_lines AS l USING (line)
WHERE 'shared_mbox' <> ALL (CAST(:reject_warnings AS text[]))
ORDER BY w.line
LIMIT 5
