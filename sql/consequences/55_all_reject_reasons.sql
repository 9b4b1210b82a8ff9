-- Why each rejected line is, of people and about groups.
SELECT x.code, x.value, x.again, l.file, l.line_number, l.fingerprint_a, l.fingerprint_b
FROM reject_reasons AS x
JOIN staged_lines AS l USING (line)
UNION ALL
SELECT r.code, r.value, b.code IS NOT NULL, l.file, l.line_number, l.fingerprint_a, l.fingerprint_b
FROM group_rejects AS r
JOIN staged_group_lines AS l USING (line)
LEFT JOIN rejected_before AS b ON b.fingerprint_a = l.fingerprint_a AND b.fingerprint_b = l.fingerprint_b AND b.code = r.code
