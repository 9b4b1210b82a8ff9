-- The types of groups that the import made, renamed or deleted and that are not already as they were before it, and how they
-- become so.
SELECT
    c.id AS type_id, (c.before).name, (c.before).created_at, t.name AS name_now,
    CASE WHEN (c.before).id IS NULL THEN 'delete' WHEN t.id IS NULL THEN 'insert' ELSE 'update' END AS how,
    CASE WHEN t.id IS NULL AND (c.after).id IS NOT NULL THEN 'gone'
         WHEN t.id IS NOT NULL AND ((c.after).id IS NULL OR t.name <> (c.after).name) THEN 'changed'
    END AS conflict
FROM group_type_changes AS c
LEFT JOIN group_types AS t ON t.organisation_id = :organisation AND t.id = c.id
WHERE c.organisation_id = :organisation AND c.import_id = (SELECT CAST(:undone AS bigint))
  AND CASE WHEN (c.before).id IS NULL THEN t.id IS NOT NULL
           ELSE t.id IS NULL OR t.name <> (c.before).name
      END
