-- Which people and personas the records of another system are now that all is done; of lines that are rejected, none. (Where
-- several lines have an id, the first says it.)
SELECT DISTINCT ON (g.record, g.other_id)
    g.record, decode(g.other_id, 'hex') AS other_id,
    CASE WHEN g.record <> 'identifier' THEN coalesce(p.id, s.person_id) END AS person_id, s.id AS persona_id
FROM staged_other_ids AS g
LEFT JOIN people AS p ON p.organisation_id = :organisation AND p.custom_id = g.custom_id
LEFT JOIN personas AS s ON s.organisation_id = :organisation AND s.ifi = g.ifi
WHERE CASE g.record WHEN 'identifier' THEN s.id ELSE coalesce(p.id, s.person_id) END IS NOT NULL
  AND NOT EXISTS (SELECT FROM rejects AS r WHERE r.line = g.line)
ORDER BY g.record, g.other_id, g.line
