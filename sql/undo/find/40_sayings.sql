-- What sources said of people, which nobody sees, is as before where nothing has been said since; otherwise the later word
-- stays.
CREATE TEMP TABLE undone_sayings ON COMMIT DROP AS
SELECT
    c.person_id, c.source_id, (c.before).name, (c.before).image_url, (c.before).previous_custom_id,
    CASE WHEN (c.before).person_id IS NULL THEN 'delete' WHEN s.person_id IS NULL THEN 'insert' ELSE 'update' END AS how
FROM run
JOIN saying_changes AS c ON c.organisation_id = run.organisation_id AND c.import_id = run.undone_id
LEFT JOIN source_people AS s
    ON s.organisation_id = run.organisation_id AND s.person_id = c.person_id AND s.source_id = c.source_id
WHERE ((s.person_id IS NULL) = ((c.after).person_id IS NULL))
  AND (s.name, s.image_url, s.previous_custom_id)
      IS NOT DISTINCT FROM ((c.after).name, (c.after).image_url, (c.after).previous_custom_id);
ANALYZE undone_sayings;
