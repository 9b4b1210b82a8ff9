-- The same of personas, by what identifies them: statements make one anew that was deleted. One that the import made goes, or, if statements refer to it by now, gets a person of its own. One that it
-- deleted, or made nobody's, comes back; if statements have made somebody for it meanwhile, it goes from there to whom it belonged
-- to. One that was nobody's is so again, or stays with whom statements have made for that very time.
SELECT
    coalesce(p.id, c.id) AS persona_id, c.id AS known_id, coalesce((c.before).ifi, (c.after).ifi) AS ifi,
    CASE WHEN (c.before).id IS NULL
         THEN CASE WHEN EXISTS (SELECT FROM statements AS s
                                WHERE s.organisation_id = :organisation AND s.persona_id = p.id)
                   THEN 'release' ELSE 'delete' END
         WHEN p.id IS NULL THEN 'insert'
         ELSE 'move' END AS how,
    p.person_id AS from_id, b.person_id AS to_id, p.begins_at AS began_at, b.begins_at,
    o.persona_id IS NOT NULL AS is_agent_anew,
    coalesce(p.pinned, false) <> coalesce((c.before).pinned, false) AS repins,
    (c.before).kind, (c.before).near, (c.before).as_written, (c.before).pinned, (c.before).created_at,
    coalesce(p.agent_name, (c.before).agent_name) AS agent_name, (c.before).object_type,
    CASE WHEN p.id IS NULL AND (c.after).id IS NOT NULL THEN 'gone'
         WHEN p.id IS NOT NULL AND o.persona_id IS NULL
              AND ((c.after).id IS NULL
                   OR (p.person_id, p.begins_at, p.pinned)
                      IS DISTINCT FROM ((c.after).person_id, (c.after).begins_at, (c.after).pinned)) THEN 'changed'
    END AS conflict
FROM persona_changes AS c
LEFT JOIN LATERAL (
    SELECT * FROM personas AS p WHERE p.organisation_id = :organisation AND p.ifi = coalesce((c.after).ifi, (c.before).ifi) LIMIT 1
) AS p ON true
LEFT JOIN gaps_since AS o ON o.known_id = c.id AND o.ends_at = 'infinity'
LEFT JOIN gaps_since AS g
    ON g.known_id = c.id AND g.ends_at = 'infinity' AND (c.before).id IS NOT NULL AND (c.before).person_id IS NULL
    AND NOT EXISTS (SELECT FROM gaps_in_the_way AS w WHERE w.known_id = c.id AND w.ends_at = 'infinity')
LEFT JOIN LATERAL (
    SELECT max(s.ends_at) AS ends_at
    FROM closed_spells AS s
    WHERE s.organisation_id = :organisation AND s.persona_id = p.id AND s.changed_by > :undone
      AND NOT EXISTS (SELECT FROM gaps_in_the_way AS w WHERE w.persona_id = s.persona_id AND w.begins_at = s.begins_at)
) AS f ON (c.before).id IS NOT NULL AND (c.before).person_id IS NULL
CROSS JOIN LATERAL (
    SELECT
        coalesce((c.before).person_id, g.person_id) AS person_id,
        CASE WHEN (c.before).id IS NULL THEN '-infinity'
             ELSE coalesce(g.begins_at, greatest((c.before).begins_at, f.ends_at)) END AS begins_at
) AS b
WHERE c.organisation_id = :organisation AND c.import_id = (SELECT CAST(:undone AS bigint))
  AND NOT c.as_made
  AND CASE WHEN (c.before).id IS NULL THEN p.id IS NOT NULL
           ELSE (p.person_id, p.begins_at, p.pinned) IS DISTINCT FROM (b.person_id, b.begins_at, (c.before).pinned)
      END
UNION ALL
SELECT
    p.id, p.id, p.ifi,
    CASE WHEN EXISTS (SELECT FROM statements AS s
                      WHERE s.organisation_id = :organisation AND s.persona_id = p.id)
         THEN 'release' ELSE 'delete' END,
    p.person_id, NULL, p.begins_at, '-infinity', false, p.pinned, NULL, NULL, NULL, NULL, NULL,
    p.agent_name, NULL, NULL
FROM (
    SELECT id FROM personas WHERE organisation_id = :organisation AND changed_by = CAST(:undone AS bigint)
    EXCEPT
    SELECT id FROM persona_versions WHERE organisation_id = :organisation AND replaced_by = CAST(:undone AS bigint)
) AS m
JOIN personas AS p ON p.organisation_id = :organisation AND p.id = m.id
