-- The people whom the import made, changed or deleted and who are not already as they were before it: how they become so,
-- and a conflict where something has changed them since. Whoever still is as the import made them just goes. (Here and in
-- the next steps the import is asked for as a scalar: as a constant that the statistics have not met, it would be planned
-- for a few rows. What it has changed is looked up one by one, for how few that is the planner cannot know. What just goes
-- is found by EXCEPT, which costs what it reads, however few the planner takes it to be.)
SELECT
    c.id AS person_id, (c.before).custom_id, (c.before).near_custom_id, (c.before).former_custom_id, (c.before).lost_at,
    (c.before).name, (c.before).image_url, (c.before).created_at,
    CASE WHEN (c.before).id IS NULL THEN 'delete' WHEN p.id IS NULL THEN 'insert' ELSE 'update' END AS how,
    CASE WHEN p.id IS NULL AND (c.after).id IS NOT NULL THEN 'gone'
         WHEN p.id IS NOT NULL
              AND ((c.after).id IS NULL
                   OR (p.custom_id, p.former_custom_id, p.lost_at, p.name, p.image_url)
                      IS DISTINCT FROM ((c.after).custom_id, (c.after).former_custom_id, (c.after).lost_at,
                                        (c.after).name, (c.after).image_url)) THEN 'changed'
    END AS conflict,
    coalesce(p.custom_id, (c.after).custom_id, (c.before).custom_id) AS label
FROM person_changes AS c
LEFT JOIN LATERAL (SELECT * FROM people AS p WHERE p.organisation_id = :organisation AND p.id = c.id LIMIT 1) AS p ON true
WHERE c.organisation_id = :organisation AND c.import_id = (SELECT CAST(:undone AS bigint))
  AND NOT c.as_made
  AND CASE WHEN (c.before).id IS NULL THEN p.id IS NOT NULL
           ELSE p.id IS NULL
                OR (p.custom_id, p.former_custom_id, p.lost_at, p.name, p.image_url)
                   IS DISTINCT FROM ((c.before).custom_id, (c.before).former_custom_id, (c.before).lost_at,
                                     (c.before).name, (c.before).image_url)
      END
UNION ALL
SELECT p.id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'delete', NULL, p.custom_id
FROM (
    SELECT id FROM people WHERE organisation_id = :organisation AND changed_by = CAST(:undone AS bigint)
    EXCEPT
    SELECT id FROM person_versions WHERE organisation_id = :organisation AND replaced_by = CAST(:undone AS bigint)
) AS m
JOIN people AS p ON p.organisation_id = :organisation AND p.id = m.id
