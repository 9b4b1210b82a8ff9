-- What sources said of groups comes back.
SELECT u.group_id, u.source_id, u.previous_custom_id
FROM undone_group_sayings AS u
WHERE u.how = 'insert'
  AND NOT EXISTS (SELECT FROM lost_group_sayings AS l WHERE l.group_id = u.group_id AND l.source_id = u.source_id)
