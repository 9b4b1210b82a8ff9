-- Personas that are there take the names, and the object types, that they are wished with; and those that lines say, where they
-- have none.
SELECT
    p.id,
    CASE WHEN p.agent_name IS NULL OR w.wished THEN coalesce(c.agent_name, p.agent_name) ELSE p.agent_name END AS agent_name,
    CASE WHEN p.object_type IS NULL OR w.wished THEN coalesce(c.object_type, p.object_type) ELSE p.object_type END AS object_type
FROM staged_claims AS c
JOIN personas AS p ON p.organisation_id = :organisation AND p.ifi = c.ifi
CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM wishes_of_one_person AS w WHERE w.line = c.line) AS wished) AS w
WHERE (c.agent_name IS NOT NULL AND p.agent_name IS DISTINCT FROM c.agent_name AND (p.agent_name IS NULL OR w.wished)
       OR c.object_type IS NOT NULL AND p.object_type IS DISTINCT FROM c.object_type AND (p.object_type IS NULL OR w.wished))
  AND NOT EXISTS (SELECT FROM passed_over AS o WHERE o.line = c.line AND o.place = c.place)
  AND NOT EXISTS (SELECT FROM rejects AS r WHERE r.line = c.line)
