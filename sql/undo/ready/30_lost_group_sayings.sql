-- What sources said of a group that is not there any more, and does not come back, does not come back either.
SELECT u.group_id, u.source_id
FROM undone_group_sayings AS u
WHERE u.how = 'insert'
  AND NOT EXISTS (SELECT FROM groups AS g WHERE g.organisation_id = :organisation AND g.id = u.group_id)
  AND NOT EXISTS (SELECT FROM clear_groups AS x WHERE x.group_id = u.group_id AND x.how = 'insert')
