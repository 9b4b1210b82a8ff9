-- The groups that the import made, changed or deleted and that are not already as they were before it, and how they become
-- so. (Under which custom_id one is known: the one of before, as far as there was one.)
SELECT
    c.id AS group_id, coalesce((c.before).custom_id, (c.after).custom_id) AS custom_id, (c.before).name, (c.before).type,
    (c.before).created_at, (c.before).custom_id <> g.custom_id AS renames,
    CASE WHEN (c.before).id IS NULL THEN 'delete' WHEN g.id IS NULL THEN 'insert' ELSE 'update' END AS how,
    CASE WHEN g.id IS NULL AND (c.after).id IS NOT NULL THEN 'gone'
         WHEN g.id IS NOT NULL
              AND ((c.after).id IS NULL
                   OR (g.custom_id, g.name, g.type)
                      IS DISTINCT FROM ((c.after).custom_id, (c.after).name, (c.after).type)) THEN 'changed'
    END AS conflict
FROM group_changes AS c
LEFT JOIN groups AS g ON g.organisation_id = :organisation AND g.id = c.id
WHERE c.organisation_id = :organisation AND c.import_id = (SELECT CAST(:undone AS bigint))
  AND CASE WHEN (c.before).id IS NULL THEN g.id IS NOT NULL
           ELSE g.id IS NULL
                OR (g.custom_id, g.name, g.type)
                   IS DISTINCT FROM ((c.before).custom_id, (c.before).name, (c.before).type)
      END
