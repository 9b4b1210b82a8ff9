-- The rejected lines with what their message needs.
SELECT
    r.line, l.file, l.at, x.code, x.place, x.value, x.detail, l.custom_id,
    (SELECT array_agg(o.at ORDER BY o.line) FROM staged_lines AS o WHERE o.line = ANY (r.others)) AS other_lines,
    (SELECT array_agg(o.file ORDER BY o.line) FROM staged_lines AS o WHERE o.line = ANY (r.others)) AS other_files,
    r.more
FROM rejects AS r
JOIN reasons AS x USING (line)
JOIN staged_lines AS l USING (line)
ORDER BY r.line
