-- A group that was below another is so again only if both are there.
SELECT 'parent' AS what, u.group_id AS id, u.parent_id AS of_id, u.source_id, 'group_gone' AS why
FROM clear_parents AS u
WHERE u.how = 'insert'
  AND EXISTS (
    SELECT FROM (VALUES (u.group_id), (u.parent_id)) AS both_ends (id)
    WHERE NOT EXISTS (SELECT FROM groups AS g WHERE g.organisation_id = :organisation AND g.id = both_ends.id)
      AND NOT EXISTS (SELECT FROM clear_groups AS x WHERE x.group_id = both_ends.id AND x.how = 'insert'))
