-- Memberships that the import gave or took: which come back, and which go.
SELECT
    c.person_id, c.group_id, c.source_id, CASE WHEN (c.before).person_id IS NULL THEN 'delete' ELSE 'insert' END AS how
FROM membership_changes AS c
LEFT JOIN memberships AS m
    ON m.organisation_id = :organisation AND m.person_id = c.person_id AND m.group_id = c.group_id
    AND m.source_id = c.source_id
WHERE c.organisation_id = :organisation AND c.import_id = (SELECT CAST(:undone AS bigint))
  AND NOT c.as_made AND ((c.before).person_id IS NULL) <> (m.person_id IS NULL)
UNION ALL
SELECT c.person_id, c.group_id, c.source_id, 'delete'
FROM membership_changes AS c
WHERE c.organisation_id = :organisation AND c.import_id = CAST(:undone AS bigint) AND c.as_made
