-- The gaps in which personas that have gone back are nobody's, though something was said: each gets a person of its own, named after
-- the agent.
SELECT
    p.id AS persona_id, p.agent_name AS name, coalesce(e.ends_at, '-infinity') AS begins_at,
    least(f.begins_at, CASE WHEN p.person_id IS NULL THEN 'infinity' ELSE p.begins_at END) AS ends_at,
    row_number() OVER (ORDER BY p.id, e.ends_at NULLS FIRST) AS nth
FROM (
    SELECT persona_id FROM clear_personas WHERE how = 'move'
    UNION
    SELECT persona_id FROM clear_spells
) AS c
JOIN personas AS p ON p.organisation_id = :organisation AND p.id = c.persona_id AND (p.person_id IS NULL OR p.begins_at > '-infinity')
JOIN statements AS s
    ON s.organisation_id = :organisation AND s.persona_id = p.id AND (p.person_id IS NULL OR s.at < p.begins_at)
LEFT JOIN LATERAL (
    SELECT o.ends_at
    FROM closed_spells AS o
    WHERE o.organisation_id = :organisation AND o.persona_id = p.id AND o.begins_at <= s.at
    ORDER BY o.begins_at DESC
    LIMIT 1
) AS e ON true
LEFT JOIN LATERAL (
    SELECT o.begins_at
    FROM closed_spells AS o
    WHERE o.organisation_id = :organisation AND o.persona_id = p.id AND o.begins_at > s.at
    ORDER BY o.begins_at
    LIMIT 1
) AS f ON true
WHERE e.ends_at IS NULL OR e.ends_at <= s.at
GROUP BY p.id, p.agent_name, p.person_id, p.begins_at, e.ends_at, f.begins_at
