-- Types come back, where no other has their name by now.
SELECT u.type_id AS id, u.name, u.created_at
FROM clear_types AS u
WHERE u.how = 'insert'
  AND NOT EXISTS (SELECT FROM group_types AS t WHERE t.organisation_id = :organisation AND t.name = u.name)
