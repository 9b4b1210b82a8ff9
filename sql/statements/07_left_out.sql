-- What they say, at whatever time nobody else has their identifier: it is left out.
SELECT s.place
FROM erased_agents AS g
JOIN staged_statements AS s USING (agent)
LEFT JOIN personas AS p ON p.organisation_id = :organisation AND p.ifi = g.ifi
WHERE NOT EXISTS (
    SELECT FROM spells AS h
    WHERE h.organisation_id = :organisation AND h.persona_id = p.id
      AND h.begins_at <= coalesce(s.at, now()) AND coalesce(s.at, now()) < h.ends_at)
