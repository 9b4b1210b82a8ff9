-- The rejected lines with what their message needs. (Which lines `others` are is looked up for all at once: a subquery of
-- each row would read every staged line for every rejected one. Most that fight over one identifier name the same lines.)
SELECT
    r.line, l.file, l.line_number, x.code, x.place, x.value, x.detail, l.custom_id,
    named.lines AS other_lines, named.files AS other_files, r.more
FROM rejects AS r
JOIN reject_reasons AS x USING (line)
JOIN staged_lines AS l USING (line)
LEFT JOIN (
    SELECT n.others, array_agg(o.line_number ORDER BY o.line) AS lines, array_agg(o.file ORDER BY o.line) AS files
    FROM (SELECT DISTINCT others FROM rejects) AS n
    CROSS JOIN LATERAL unnest(n.others) AS other (line)
    JOIN staged_lines AS o USING (line)
    GROUP BY n.others
) AS named USING (others)
ORDER BY r.line
