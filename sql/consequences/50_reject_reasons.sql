-- Why each rejected line is, a bad one by the first of its own problems; and whether this source's last import had
-- rejected the same line for the same reason.
SELECT
    r.line,
    coalesce(p.code, r.code) AS code,
    coalesce(p.place, r.place) AS place,
    coalesce(p.value, r.value) AS value,
    coalesce(p.detail, r.detail) AS detail,
    b.code IS NOT NULL AS again
FROM rejects AS r
JOIN staged_lines AS l USING (line)
LEFT JOIN (
    SELECT DISTINCT ON (line) line, place, code, value, detail
    FROM problems
    ORDER BY line, place NULLS FIRST
) AS p ON r.code = 'bad' AND p.line = r.line
LEFT JOIN rejected_before AS b
    ON b.fingerprint_a = l.fingerprint_a AND b.fingerprint_b = l.fingerprint_b AND b.code = coalesce(p.code, r.code)
