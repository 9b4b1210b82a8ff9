-- Types are called again what they were, where no other is by now.
SELECT u.type_id AS id, u.name
FROM clear_types AS u
WHERE u.how = 'update'
  AND NOT EXISTS (
    SELECT FROM group_types AS t WHERE t.organisation_id = :organisation AND t.name = u.name AND t.id <> u.type_id)
