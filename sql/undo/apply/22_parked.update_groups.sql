-- So is a group's. (It has one always: for now one that nobody else can have.)
SELECT g.id, chr(1) || g.id AS custom_id
FROM clear_groups AS u
JOIN groups AS g ON g.organisation_id = :organisation AND g.id = u.group_id
WHERE (u.how = 'delete' OR g.custom_id <> u.custom_id)
  AND EXISTS (SELECT FROM clear_groups AS x WHERE x.how <> 'delete' AND x.custom_id = g.custom_id)
