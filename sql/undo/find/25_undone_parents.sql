-- Parents of groups that the import gave or took: which come back, and which go.
SELECT
    c.group_id, c.parent_id, c.source_id, CASE WHEN (c.before).group_id IS NULL THEN 'delete' ELSE 'insert' END AS how
FROM parent_changes AS c
LEFT JOIN group_parents AS g
    ON g.organisation_id = :organisation AND g.group_id = c.group_id AND g.parent_id = c.parent_id
    AND g.source_id = c.source_id
WHERE c.organisation_id = :organisation AND c.import_id = (SELECT CAST(:undone AS bigint))
  AND ((c.before).group_id IS NULL) <> (g.group_id IS NULL)
