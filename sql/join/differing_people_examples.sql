-- How many lines are warned of for a custom_id that seems to be of different people, and the first of them.
SELECT l.file, l.line_number, w.value, count(*) OVER () AS lines
FROM lines_of_differing_people AS w
JOIN staged_lines AS l USING (line)
WHERE 'differing_people' <> ALL (CAST(:reject_warnings AS text[]))
ORDER BY w.line
LIMIT 5
