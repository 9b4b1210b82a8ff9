-- Why each rejected line is, a bad one by the first of its own problems; and whether this source's last import had
-- rejected the same line for the same reason.
SELECT
    r.line,
    coalesce(p.code, r.code) AS code,
    coalesce(p.place, r.place) AS place,
    coalesce(p.value, r.value) AS value,
    coalesce(p.detail, r.detail) AS detail,
    EXISTS (
        SELECT FROM source_rejects AS s
        WHERE s.organisation_id = :organisation AND s.source_id = :source AND s.import_id <> :import
          AND s.print_a = l.print_a AND s.print_b = l.print_b AND s.code = coalesce(p.code, r.code)) AS again
FROM rejects AS r
JOIN staged_lines AS l USING (line)
LEFT JOIN (
    SELECT DISTINCT ON (line) line, place, code, value, detail
    FROM problems
    ORDER BY line, place NULLS FIRST
) AS p ON r.code = 'bad' AND p.line = r.line
