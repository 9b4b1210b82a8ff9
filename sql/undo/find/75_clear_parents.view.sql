-- The parents of groups that nothing is in the way of.
SELECT u.*
FROM undone_parents AS u
WHERE NOT EXISTS (
    SELECT FROM conflicts AS c
    WHERE c.what = 'parent' AND c.id = u.group_id
      AND c.of_id = u.parent_id AND c.source_id = u.source_id)
