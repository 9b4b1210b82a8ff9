-- New personas that are nearly an existing one: imported as they are, and told. (`near_ids` are custom_ids;
-- `near_misses_to_reject` has those of lines that are rejected for it.)
SELECT c.line, c.place, c.ifi, p.ifi AS existing
FROM claims AS c
JOIN personas AS p ON p.organisation_id = :organisation AND p.ifi = c.near AND p.kind = c.kind
WHERE c.persona_id IS NULL AND c.near IS NOT NULL
  AND NOT EXISTS (SELECT FROM withdrawn_claims AS w WHERE w.line = c.line AND w.place = c.place)
UNION
SELECT c.line, c.place, c.ifi, p.ifi
FROM claims AS c
JOIN personas AS p
    ON p.organisation_id = :organisation AND p.near IS NOT NULL AND p.kind = c.kind
    AND p.near = coalesce(c.near, c.ifi)
WHERE c.persona_id IS NULL
  AND NOT EXISTS (SELECT FROM withdrawn_claims AS w WHERE w.line = c.line AND w.place = c.place)
