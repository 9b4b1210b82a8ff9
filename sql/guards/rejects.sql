-- What lines are rejected for: the dearest codes, each with its first line.
SELECT
    x.code, count(*) AS lines, (array_agg(l.file ORDER BY x.line))[1] AS file, (array_agg(l.at ORDER BY x.line))[1] AS at,
    (array_agg(x.value ORDER BY x.line))[1] AS value
FROM reasons AS x
JOIN staged_lines AS l USING (line)
GROUP BY x.code
ORDER BY lines DESC, x.code
LIMIT 5
