-- Through a new parent no group becomes its own ancestor.
SELECT a.group_id, a.parent_id, a.said_in
FROM added_parents AS a
WHERE NOT EXISTS (SELECT FROM cycles AS c WHERE c.group_id = a.group_id AND c.parent_id = a.parent_id)
