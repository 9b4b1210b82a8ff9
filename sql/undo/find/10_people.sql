-- The people whom the import made, changed or deleted and who are not already as they were before it: how they become so,
-- and a conflict where something has changed them since.
ANALYZE run;

CREATE TEMP TABLE undone_people ON COMMIT DROP AS
SELECT
    c.id AS person_id, (c.before).custom_id, (c.before).name, (c.before).image_url, (c.before).created_at,
    CASE WHEN (c.before).id IS NULL THEN 'delete' WHEN p.id IS NULL THEN 'insert' ELSE 'update' END AS how,
    CASE WHEN p.id IS NULL AND (c.after).id IS NOT NULL THEN 'gone'
         WHEN p.id IS NOT NULL
              AND ((c.after).id IS NULL
                   OR (p.custom_id, p.name, p.image_url)
                      IS DISTINCT FROM ((c.after).custom_id, (c.after).name, (c.after).image_url)) THEN 'changed'
    END AS conflict,
    coalesce(p.custom_id, (c.after).custom_id, (c.before).custom_id) AS label,
    p.changed_by AS since
FROM run
JOIN person_changes AS c ON c.organisation_id = run.organisation_id AND c.import_id = run.undone_id
LEFT JOIN people AS p ON p.organisation_id = run.organisation_id AND p.id = c.id
WHERE CASE WHEN (c.before).id IS NULL THEN p.id IS NOT NULL
           ELSE p.id IS NULL
                OR (p.custom_id, p.name, p.image_url)
                   IS DISTINCT FROM ((c.before).custom_id, (c.before).name, (c.before).image_url)
      END;
ANALYZE undone_people;
