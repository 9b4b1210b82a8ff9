-- New personas that are nearly an existing one: made all the same, and told.
SELECT n.ifi, p.ifi AS existing
FROM newcomers AS n
JOIN personas AS p ON p.organisation_id = :organisation AND p.ifi = n.near AND p.kind = n.kind
WHERE n.near IS NOT NULL
UNION
SELECT n.ifi, p.ifi
FROM newcomers AS n
JOIN personas AS p
    ON p.organisation_id = :organisation AND p.near IS NOT NULL AND p.kind = n.kind AND p.near = coalesce(n.near, n.ifi)
