-- New personas that are nearly an existing one: made all the same, and told.
CREATE TEMP TABLE near_misses ON COMMIT DROP AS
SELECT a.ifi, p.ifi AS existing
FROM run
JOIN agents AS a ON a.is_new
JOIN staged_agents AS g USING (agent)
JOIN personas AS p ON p.organisation_id = run.organisation_id AND p.ifi = g.near AND p.kind = g.kind
UNION
SELECT a.ifi, p.ifi
FROM run
JOIN agents AS a ON a.is_new
JOIN staged_agents AS g USING (agent)
JOIN personas AS p
    ON p.organisation_id = run.organisation_id AND p.near IS NOT NULL AND p.kind = g.kind
    AND p.near = coalesce(g.near, g.ifi);
