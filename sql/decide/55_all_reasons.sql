-- The same of lines about groups beside them.
SELECT x.code, x.value, x.again, l.file, l.at, l.print_a, l.print_b
FROM reasons AS x
JOIN staged_lines AS l USING (line)
UNION ALL
SELECT r.code, r.value, b.code IS NOT NULL, l.file, l.at, l.print_a, l.print_b
FROM group_rejects AS r
JOIN staged_group_lines AS l USING (line)
LEFT JOIN rejected_before AS b ON b.print_a = l.print_a AND b.print_b = l.print_b AND b.code = r.code
