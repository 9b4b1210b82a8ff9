-- Rejects by code, the dearest first, each with the value that costs most lines.
SELECT code, sum(lines) AS lines, (array_agg(value ORDER BY lines DESC, value))[1] AS worst, max(lines) AS worst_lines
FROM (
    SELECT coalesce(p.code, r.code) AS code, coalesce(p.value, r.value) AS value, count(*) AS lines
    FROM rejects AS r
    LEFT JOIN (
        SELECT DISTINCT ON (line) line, code, value FROM staged_problems ORDER BY line, place NULLS FIRST
    ) AS p ON r.code = 'bad' AND p.line = r.line
    GROUP BY 1, 2
) AS counted
GROUP BY code
ORDER BY 2 DESC, code
