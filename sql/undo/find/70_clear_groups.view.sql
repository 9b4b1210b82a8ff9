-- The groups that nothing is in the way of.
SELECT u.*
FROM undone_groups AS u
WHERE NOT EXISTS (SELECT FROM conflicts AS c WHERE c.what = 'group' AND c.id = u.group_id)
