-- What sources said of people, which nobody sees, is as before where nothing has been said since; otherwise the later word
-- stays.
SELECT
    c.person_id, c.source_id, (c.before).name, (c.before).image_url, (c.before).previous_custom_id,
    CASE WHEN (c.before).person_id IS NULL THEN 'delete' WHEN s.person_id IS NULL THEN 'insert' ELSE 'update' END AS how
FROM saying_changes AS c
LEFT JOIN source_people AS s
    ON s.organisation_id = :organisation AND s.person_id = c.person_id AND s.source_id = c.source_id
WHERE c.organisation_id = :organisation AND c.import_id = (SELECT CAST(:undone AS bigint))
  AND NOT c.as_made AND ((s.person_id IS NULL) = ((c.after).person_id IS NULL))
  AND (s.name, s.image_url, s.previous_custom_id)
      IS NOT DISTINCT FROM ((c.after).name, (c.after).image_url, (c.after).previous_custom_id)
UNION ALL
SELECT m.person_id, m.source_id, NULL, NULL, NULL, 'delete'
FROM (
    SELECT person_id, source_id
    FROM source_people WHERE organisation_id = :organisation AND changed_by = CAST(:undone AS bigint)
    EXCEPT
    SELECT person_id, source_id
    FROM saying_versions WHERE organisation_id = :organisation AND replaced_by = CAST(:undone AS bigint)
) AS m
