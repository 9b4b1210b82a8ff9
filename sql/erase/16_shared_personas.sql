-- Those that are somebody else's too: they stay, with what the others had of them, and under no name but of who has them now.
SELECT
    h.persona_id, e.person_id IS NOT NULL AS is_theirs,
    coalesce((SELECT max(c.ends_at)
              FROM closed_spells AS c
              WHERE c.organisation_id = :organisation AND c.persona_id = h.persona_id
                AND NOT EXISTS (SELECT FROM erased_people AS x WHERE x.person_id = c.person_id)), '-infinity') AS ended_at,
    CASE WHEN lower(p.agent_name) = lower(o.name) THEN p.agent_name END AS agent_name
FROM had_personas AS h
LEFT JOIN personas AS p ON p.organisation_id = :organisation AND p.id = h.persona_id
LEFT JOIN erased_people AS e ON e.person_id = p.person_id
LEFT JOIN people AS o ON o.organisation_id = :organisation AND o.id = p.person_id AND e.person_id IS NULL
WHERE h.stays
