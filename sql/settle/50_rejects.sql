-- What this source's last import rejected, for the next one to compare with. (A mended rejects file is not all of it.)
INSERT INTO source_rejects (organisation_id, source_id, import_id, print_a, print_b, code)
SELECT run.organisation_id, run.source_id, run.import_id, l.print_a, l.print_b, x.code
FROM reasons AS x
JOIN staged_lines AS l USING (line)
CROSS JOIN run
ON CONFLICT DO NOTHING;

DELETE FROM source_rejects AS s
USING run
WHERE run.forgets_rejects
  AND s.organisation_id = run.organisation_id AND s.source_id = run.source_id AND s.import_id <> run.import_id;
