-- New personas that are nearly an existing one: imported as they are, and told.
CREATE TEMP TABLE near_misses ON COMMIT DROP AS
SELECT c.line, c.place, c.ifi, p.ifi AS existing
FROM run
JOIN claims AS c ON c.persona_id IS NULL AND c.near IS NOT NULL
JOIN personas AS p ON p.organisation_id = run.organisation_id AND p.ifi = c.near AND p.kind = c.kind
UNION
SELECT c.line, c.place, c.ifi, p.ifi
FROM run
JOIN claims AS c ON c.persona_id IS NULL
JOIN personas AS p
    ON p.organisation_id = run.organisation_id AND p.near IS NOT NULL AND p.kind = c.kind
    AND p.near = coalesce(c.near, c.ifi);
