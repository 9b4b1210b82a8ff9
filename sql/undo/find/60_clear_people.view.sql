-- The people whom nothing is in the way of.
SELECT u.*
FROM undone_people AS u
WHERE NOT EXISTS (SELECT FROM conflicts AS c WHERE c.what = 'person' AND c.id = u.person_id)
