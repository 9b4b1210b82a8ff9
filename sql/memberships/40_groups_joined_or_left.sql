-- Groups whose reporting changes by memberships: where nobody else's word keeps the person in it.
SELECT DISTINCT c.group_id
FROM (SELECT person_id, group_id FROM added_memberships UNION ALL SELECT person_id, group_id FROM removed_memberships) AS c
WHERE NOT EXISTS (SELECT FROM said_by_others AS o WHERE o.person_id = c.person_id AND o.group_id = c.group_id)
UNION
SELECT n.id FROM groups_of_plain_newcomers AS p JOIN known_groups AS n USING (custom_id)
