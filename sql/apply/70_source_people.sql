-- What this source gave last of each person: rows that are new, and cells that differ.
CREATE TEMP TABLE given_before ON COMMIT DROP AS
SELECT s.person_id, s.name, s.image_url
FROM run
JOIN source_people AS s ON s.organisation_id = run.organisation_id AND s.source_id = run.source_id;
ANALYZE given_before;

INSERT INTO source_people (organisation_id, source_id, person_id, name, image_url, changed_by)
SELECT run.organisation_id, run.source_id, g.person_id, g.name, g.image_url, run.import_id
FROM given AS g
CROSS JOIN run
WHERE NOT EXISTS (SELECT FROM given_before AS b WHERE b.person_id = g.person_id);

UPDATE source_people AS s
SET name = coalesce(g.name, s.name), image_url = coalesce(g.image_url, s.image_url), changed_by = run.import_id
FROM given AS g
CROSS JOIN run
JOIN given_before AS b ON b.person_id = g.person_id
WHERE s.organisation_id = run.organisation_id AND s.source_id = run.source_id AND s.person_id = g.person_id
  AND (g.name <> coalesce(b.name, '-' || g.name) OR g.image_url <> coalesce(b.image_url, '-' || g.image_url));
