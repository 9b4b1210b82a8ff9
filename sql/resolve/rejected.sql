-- The rejected lines with what their message needs; a bad line by the first of its own problems.
SELECT
    r.line, l.file, l.at,
    coalesce(p.code, r.code) AS code,
    coalesce(p.place, r.place) AS place,
    coalesce(p.value, r.value) AS value,
    p.detail,
    l.custom_id,
    (SELECT array_agg(o.at ORDER BY o.line) FROM staged_lines AS o WHERE o.line = ANY (r.others)) AS other_lines,
    (SELECT array_agg(o.file ORDER BY o.line) FROM staged_lines AS o WHERE o.line = ANY (r.others)) AS other_files,
    r.more
FROM rejects AS r
JOIN staged_lines AS l USING (line)
LEFT JOIN (
    SELECT DISTINCT ON (line) line, place, code, value, detail
    FROM staged_problems
    ORDER BY line, place NULLS FIRST
) AS p ON r.code = 'bad' AND p.line = r.line
ORDER BY r.line
