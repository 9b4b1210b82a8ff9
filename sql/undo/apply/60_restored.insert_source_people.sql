-- What sources said of people comes back.
SELECT u.person_id, u.source_id, u.name, u.image_url, u.previous_custom_id
FROM undone_sayings AS u
WHERE u.how = 'insert'
  AND NOT EXISTS (SELECT FROM lost_sayings AS l WHERE l.person_id = u.person_id AND l.source_id = u.source_id)
