-- The same of groups.
SELECT u.group_id, u.source_id
FROM undone_group_sayings AS u
WHERE u.how = 'insert'
  AND NOT EXISTS (SELECT FROM groups AS g WHERE g.organisation_id = :organisation AND g.id = u.group_id)
  AND NOT EXISTS (SELECT FROM clear_groups AS x WHERE x.group_id = u.group_id AND x.how = 'insert')
