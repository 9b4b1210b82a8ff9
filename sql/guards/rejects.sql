-- What lines are rejected for: the codes that cost most lines, each with its first line.
SELECT
    code, count(*) AS lines, (array_agg(file ORDER BY file, line_number))[1] AS file,
    (array_agg(line_number ORDER BY file, line_number))[1] AS line_number,
    (array_agg(value ORDER BY file, line_number))[1] AS value
FROM all_reject_reasons
GROUP BY code
ORDER BY lines DESC, code
LIMIT 5
