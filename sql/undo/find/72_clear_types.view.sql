-- The types of groups that nothing is in the way of.
SELECT u.*
FROM undone_types AS u
WHERE NOT EXISTS (SELECT FROM conflicts AS c WHERE c.what = 'group type' AND c.id = u.type_id)
