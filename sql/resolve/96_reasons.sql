-- Why each rejected line is, a bad one by the first of its own problems; and whether this source's last import had
-- rejected the same line for the same reason.
CREATE TEMP TABLE reasons ON COMMIT DROP AS
SELECT
    r.line,
    coalesce(p.code, r.code) AS code,
    coalesce(p.place, r.place) AS place,
    coalesce(p.value, r.value) AS value,
    coalesce(p.detail, r.detail) AS detail,
    EXISTS (
        SELECT FROM source_rejects AS s
        WHERE s.organisation_id = run.organisation_id AND s.source_id = run.source_id
          AND s.import_id IS DISTINCT FROM run.import_id
          AND s.print_a = l.print_a AND s.print_b = l.print_b AND s.code = coalesce(p.code, r.code)) AS again
FROM rejects AS r
JOIN staged_lines AS l USING (line)
CROSS JOIN run
LEFT JOIN (
    SELECT DISTINCT ON (line) line, place, code, value, detail
    FROM staged_problems
    ORDER BY line, place NULLS FIRST
) AS p ON r.code = 'bad' AND p.line = r.line;
ANALYZE reasons;

-- The same of lines about groups beside them.
CREATE TEMP TABLE all_reasons ON COMMIT DROP AS
SELECT x.code, x.value, x.again, l.file, l.at, l.print_a, l.print_b
FROM reasons AS x
JOIN staged_lines AS l USING (line)
UNION ALL
SELECT
    r.code, r.value,
    EXISTS (
        SELECT FROM source_rejects AS s
        WHERE s.organisation_id = run.organisation_id AND s.source_id = run.source_id
          AND s.import_id IS DISTINCT FROM run.import_id
          AND s.print_a = l.print_a AND s.print_b = l.print_b AND s.code = r.code),
    l.file, l.at, l.print_a, l.print_b
FROM group_rejects AS r
JOIN staged_group_lines AS l USING (line)
CROSS JOIN run;
