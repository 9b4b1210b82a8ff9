-- What this source's last import rejected, for the next one to compare with. (A mended rejects file is not all of it; and
-- imports of people and of groups that have one source are compared with their own kind.)
INSERT INTO source_rejects (organisation_id, source_id, import_id, print_a, print_b, code)
SELECT run.organisation_id, run.source_id, run.import_id, x.print_a, x.print_b, x.code
FROM all_reasons AS x
CROSS JOIN run
ON CONFLICT DO NOTHING;

DELETE FROM source_rejects AS s
USING run
WHERE run.forgets_rejects
  AND s.organisation_id = run.organisation_id AND s.source_id = run.source_id AND s.import_id <> run.import_id
  AND NOT EXISTS (
    SELECT
    FROM imports AS mine
    JOIN imports AS other ON other.organisation_id = mine.organisation_id AND other.command <> mine.command
    WHERE mine.organisation_id = run.organisation_id AND mine.id = run.import_id AND other.id = s.import_id);
