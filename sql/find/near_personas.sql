-- The first identifiers that one would easily take for this one.
SELECT p.ifi AS near
FROM personas AS p
WHERE p.organisation_id = CAST(:organisation AS integer)
  AND (p.near = :near OR p.near IS NULL AND p.ifi = :near)
  AND p.ifi <> :ifi
ORDER BY p.id
LIMIT 3
