-- The memberships that nothing is in the way of.
SELECT u.*
FROM undone_memberships AS u
WHERE NOT EXISTS (
    SELECT FROM conflicts AS c
    WHERE c.what = 'membership' AND c.id = u.person_id
      AND c.of_id = u.group_id AND c.source_id = u.source_id)
