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
SELECT m.person_id, m.group_id, m.source_id, 'delete'
FROM (
    SELECT person_id, group_id, source_id
    FROM memberships WHERE organisation_id = :organisation AND changed_by = CAST(:undone AS bigint)
    EXCEPT
    SELECT person_id, group_id, source_id
    FROM membership_versions WHERE organisation_id = :organisation AND replaced_by = CAST(:undone AS bigint)
) AS m
