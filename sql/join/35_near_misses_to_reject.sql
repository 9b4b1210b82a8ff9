-- New personas that are nearly existing ones, and are to be rejected for it: only with --reject-warnings near_miss.
SELECT c.line, c.place, c.ifi AS value, min(p.ifi) AS existing
FROM staged_claims AS c
JOIN personas AS p
    ON p.organisation_id = :organisation AND p.kind = c.kind
    AND (p.ifi = c.near OR p.near = coalesce(c.near, c.ifi)) AND p.ifi <> c.ifi
WHERE :rejects_near_misses
  AND NOT EXISTS (SELECT FROM personas AS q WHERE q.organisation_id = :organisation AND q.ifi = c.ifi)
GROUP BY c.line, c.place, c.ifi
