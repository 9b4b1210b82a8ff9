-- What lines are rejected for: the dearest codes, each with its first line.
SELECT
    code, count(*) AS lines, (array_agg(file ORDER BY file, at))[1] AS file, (array_agg(at ORDER BY file, at))[1] AS at,
    (array_agg(value ORDER BY file, at))[1] AS value
FROM all_reasons
GROUP BY code
ORDER BY lines DESC, code
LIMIT 5
