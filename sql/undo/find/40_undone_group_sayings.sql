-- What sources said of groups, where nothing has been said since, is as before; otherwise the later word stays.
SELECT
    c.group_id, c.source_id, (c.before).previous_custom_id,
    CASE WHEN (c.before).group_id IS NULL THEN 'delete' WHEN s.group_id IS NULL THEN 'insert' ELSE 'update' END AS how
FROM group_saying_changes AS c
LEFT JOIN source_groups AS s
    ON s.organisation_id = :organisation AND s.group_id = c.group_id AND s.source_id = c.source_id
WHERE c.organisation_id = :organisation AND c.import_id = (SELECT CAST(:undone AS bigint))
  AND s.previous_custom_id IS NOT DISTINCT FROM (c.after).previous_custom_id
