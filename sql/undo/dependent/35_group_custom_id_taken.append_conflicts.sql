-- A group comes back, and has the custom_id of before, where nobody else has that by then.
SELECT 'group' AS what, x.group_id AS id, 'custom_id_taken' AS why
FROM clear_groups AS x
JOIN groups AS g ON g.organisation_id = :organisation AND g.custom_id = x.custom_id AND g.id <> x.group_id
WHERE x.how <> 'delete'
  AND NOT EXISTS (SELECT FROM clear_groups AS o
                  WHERE o.group_id = g.id AND (o.how = 'delete' OR o.custom_id <> g.custom_id))
