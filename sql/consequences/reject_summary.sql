-- Rejects by code, those of most lines first, each with the value that costs most lines.
SELECT code, sum(lines) AS lines, (array_agg(value ORDER BY lines DESC, value))[1] AS worst, max(lines) AS worst_lines
FROM (SELECT code, value, count(*) AS lines FROM all_reject_reasons GROUP BY code, value) AS counted
GROUP BY code
ORDER BY 2 DESC, code
