-- What sources said of people and groups, which nobody sees, is as before where nothing has been said since; otherwise the later word
-- stays.
CREATE TEMP TABLE undone_sayings ON COMMIT DROP AS
SELECT
    c.person_id, c.source_id, (c.before).name, (c.before).image_url, (c.before).previous_custom_id,
    CASE WHEN (c.before).person_id IS NULL THEN 'delete' WHEN s.person_id IS NULL THEN 'insert' ELSE 'update' END AS how
FROM saying_changes AS c
LEFT JOIN source_people AS s
    ON s.organisation_id = c.organisation_id AND s.person_id = c.person_id AND s.source_id = c.source_id
WHERE c.organisation_id = (SELECT organisation_id FROM run) AND c.import_id = (SELECT undone_id FROM run)
  AND NOT c.as_made AND ((s.person_id IS NULL) = ((c.after).person_id IS NULL))
  AND (s.name, s.image_url, s.previous_custom_id)
      IS NOT DISTINCT FROM ((c.after).name, (c.after).image_url, (c.after).previous_custom_id)
UNION ALL
SELECT c.person_id, c.source_id, NULL, NULL, NULL, 'delete'
FROM saying_changes AS c
WHERE c.organisation_id = (SELECT organisation_id FROM run) AND c.import_id = (SELECT undone_id FROM run) AND c.as_made;
ANALYZE undone_sayings;

CREATE TEMP TABLE undone_group_sayings ON COMMIT DROP AS
SELECT
    c.group_id, c.source_id, (c.before).previous_custom_id,
    CASE WHEN (c.before).group_id IS NULL THEN 'delete' WHEN s.group_id IS NULL THEN 'insert' ELSE 'update' END AS how
FROM run
JOIN group_saying_changes AS c ON c.organisation_id = run.organisation_id AND c.import_id = run.undone_id
LEFT JOIN source_groups AS s
    ON s.organisation_id = run.organisation_id AND s.group_id = c.group_id AND s.source_id = c.source_id
WHERE s.previous_custom_id IS NOT DISTINCT FROM (c.after).previous_custom_id;
ANALYZE undone_group_sayings;
