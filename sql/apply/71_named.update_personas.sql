-- Personas that are there take the names that they are wished with; and those that lines say, where they have none.
SELECT p.id, c.agent_name
FROM staged_claims AS c
JOIN personas AS p ON p.organisation_id = :organisation AND p.ifi = c.ifi
WHERE c.agent_name IS NOT NULL AND p.agent_name IS DISTINCT FROM c.agent_name
  AND (p.agent_name IS NULL OR EXISTS (SELECT FROM wishes_of_one_person AS w WHERE w.line = c.line))
  AND NOT EXISTS (SELECT FROM passed_over AS o WHERE o.line = c.line AND o.place = c.place)
  AND NOT EXISTS (SELECT FROM rejects AS r WHERE r.line = c.line)
