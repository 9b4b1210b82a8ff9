-- Who was in a group is so again only if both are there.
SELECT 'membership' AS what, u.person_id AS id, u.group_id AS of_id, u.source_id, 'person_gone' AS why
FROM clear_memberships AS u
WHERE u.how = 'insert'
  AND (NOT EXISTS (SELECT FROM people AS p WHERE p.organisation_id = :organisation AND p.id = u.person_id)
       AND NOT EXISTS (SELECT FROM clear_people AS x WHERE x.person_id = u.person_id AND x.how = 'insert')
       OR NOT EXISTS (SELECT FROM groups AS g WHERE g.organisation_id = :organisation AND g.id = u.group_id)
       AND NOT EXISTS (SELECT FROM clear_groups AS x WHERE x.group_id = u.group_id AND x.how = 'insert'))
