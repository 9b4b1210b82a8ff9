-- What this source said last, line by line, where nothing else has happened since.
CREATE TEMP TABLE known_prints ON COMMIT DROP AS
SELECT s.print_a, s.print_b
FROM run
JOIN source_people AS s ON s.organisation_id = run.organisation_id AND s.source_id = run.source_id
WHERE run.skips_unchanged AND s.print_a IS NOT NULL;
