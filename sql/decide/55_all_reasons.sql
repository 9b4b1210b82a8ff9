-- The same of lines about groups beside them.
SELECT x.code, x.value, x.again, l.file, l.at, l.print_a, l.print_b
FROM reasons AS x
JOIN staged_lines AS l USING (line)
UNION ALL
SELECT
    r.code, r.value,
    EXISTS (
        SELECT FROM source_rejects AS s
        WHERE s.organisation_id = :organisation AND s.source_id = :source AND s.import_id <> :import
          AND s.print_a = l.print_a AND s.print_b = l.print_b AND s.code = r.code),
    l.file, l.at, l.print_a, l.print_b
FROM group_rejects AS r
JOIN staged_group_lines AS l USING (line)
