-- Whose identifiers one would easily take for each other's.
SELECT a.person_id, b.person_id AS other_id, 'nearly one identifier' AS kind, a.ifi || ' and ' || b.ifi AS value, 0.85 AS weight
FROM near_keys AS k
JOIN personas AS a
    ON a.organisation_id = :organisation AND a.kind = k.kind AND a.near = k.key AND a.person_id IS NOT NULL
JOIN personas AS b
    ON b.organisation_id = :organisation AND b.kind = k.kind AND (b.near = k.key OR b.ifi = k.key AND b.near IS NULL)
    AND b.person_id <> a.person_id AND (b.near IS NULL OR a.id < b.id)
