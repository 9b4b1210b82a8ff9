-- Of the added parents those through which no group becomes its own ancestor: these are written.
SELECT a.group_id, a.parent_id, a.said_in
FROM added_parents AS a
WHERE NOT EXISTS (SELECT FROM cycles AS c WHERE c.group_id = a.group_id AND c.parent_id = a.parent_id)
