-- Why each rejected line is, a bad one by the first of its own problems; and whether this source's last import had
-- rejected the same line for the same reason.
CREATE TEMP TABLE rejected_before ON COMMIT DROP AS
SELECT DISTINCT s.print_a, s.print_b, s.code
FROM run
JOIN source_rejects AS s ON s.organisation_id = run.organisation_id AND s.source_id = run.source_id
WHERE s.import_id IS DISTINCT FROM run.import_id
  AND (EXISTS (SELECT FROM rejects) OR EXISTS (SELECT FROM group_rejects));
ANALYZE rejected_before;

CREATE TEMP TABLE reasons ON COMMIT DROP AS
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
    FROM staged_problems
    ORDER BY line, place NULLS FIRST
) AS p ON r.code = 'bad' AND p.line = r.line
LEFT JOIN rejected_before AS b
    ON b.print_a = l.print_a AND b.print_b = l.print_b AND b.code = coalesce(p.code, r.code);
ANALYZE reasons;

-- The same of lines about groups beside them.
CREATE TEMP TABLE all_reasons ON COMMIT DROP AS
SELECT x.code, x.value, x.again, l.file, l.at, l.print_a, l.print_b
FROM reasons AS x
JOIN staged_lines AS l USING (line)
UNION ALL
SELECT
    r.code, r.value,
    b.code IS NOT NULL,
    l.file, l.at, l.print_a, l.print_b
FROM group_rejects AS r
JOIN staged_group_lines AS l USING (line)
LEFT JOIN rejected_before AS b ON b.print_a = l.print_a AND b.print_b = l.print_b AND b.code = r.code;
