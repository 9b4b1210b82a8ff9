-- The same of personas. One that the import made goes, or, if statements refer to it by now, gets a person of its own; so does one
-- that is nobody's again. One that it deleted, or made nobody's, comes back; if statements have made somebody for it meanwhile,
-- it goes from there to whom it belonged to.
SELECT
    coalesce(p.id, q.id, c.id) AS persona_id, coalesce((c.before).ifi, (c.after).ifi) AS ifi,
    CASE WHEN (c.before).id IS NULL
         THEN CASE WHEN EXISTS (SELECT FROM statements AS s
                                WHERE s.organisation_id = :organisation AND s.persona_id = c.id)
                   THEN 'release' ELSE 'delete' END
         WHEN p.id IS NULL AND q.id IS NULL THEN 'insert'
         WHEN (c.before).person_id IS NULL
              AND EXISTS (SELECT FROM statements AS s
                          WHERE s.organisation_id = :organisation AND s.persona_id = c.id AND s.at >= f.begins_at)
         THEN 'release'
         ELSE 'move' END AS how,
    coalesce(p.person_id, q.person_id) AS from_id, (c.before).person_id AS to_id,
    coalesce(p.begins_at, q.begins_at) AS began_at,
    CASE WHEN (c.before).id IS NULL THEN p.begins_at WHEN (c.before).person_id IS NULL THEN f.begins_at
         ELSE (c.before).begins_at END AS begins_at,
    q.id IS NOT NULL AS is_agent_anew,
    coalesce(p.pinned, false) <> coalesce((c.before).pinned, false) AS repins,
    (c.before).kind, (c.before).near, (c.before).as_written, (c.before).pinned, (c.before).created_at,
    coalesce(p.agent_name, q.agent_name, (c.before).agent_name) AS agent_name,
    CASE WHEN p.id IS NULL AND (c.after).id IS NOT NULL THEN 'gone'
         WHEN NOT q.is_only_an_agent THEN 'changed'
         WHEN p.id IS NOT NULL AND q.id IS NULL
              AND ((c.after).id IS NULL
                   OR (p.person_id, p.begins_at, p.pinned)
                      IS DISTINCT FROM ((c.after).person_id, (c.after).begins_at, (c.after).pinned)) THEN 'changed'
    END AS conflict,
    coalesce(p.changed_by, q.changed_by) AS since
FROM persona_changes AS c
LEFT JOIN personas AS p ON p.organisation_id = :organisation AND p.id = c.id
LEFT JOIN LATERAL (
    SELECT
        n.id, n.person_id, n.begins_at, n.agent_name, n.changed_by,
        h.custom_id IS NULL AND NOT n.pinned
            AND EXISTS (SELECT FROM imports AS i
                        WHERE i.organisation_id = :organisation AND i.id = n.changed_by
                          AND i.command = 'import-statements')
            AND NOT EXISTS (SELECT FROM source_people AS s
                            WHERE s.organisation_id = :organisation AND s.person_id = n.person_id)
            AND NOT EXISTS (SELECT FROM memberships AS m
                            WHERE m.organisation_id = :organisation AND m.person_id = n.person_id)
            AS is_only_an_agent
    FROM personas AS n
    JOIN people AS h ON h.organisation_id = :organisation AND h.id = n.person_id
    WHERE n.organisation_id = :organisation AND n.ifi = (c.before).ifi
) AS q ON CASE WHEN p.id IS NULL THEN (c.after).id IS NULL
               ELSE (c.after).id IS NOT NULL AND (c.after).person_id IS NULL END
LEFT JOIN LATERAL (
    SELECT greatest((c.before).begins_at, max(s.ends_at)) AS begins_at
    FROM closed_spells AS s
    WHERE s.organisation_id = :organisation AND s.persona_id = c.id
) AS f ON (c.before).id IS NOT NULL AND (c.before).person_id IS NULL
WHERE c.organisation_id = :organisation AND c.import_id = (SELECT CAST(:undone AS bigint))
  AND NOT c.as_made
  AND CASE WHEN (c.before).id IS NULL THEN p.id IS NOT NULL
           ELSE (p.person_id, p.begins_at, p.pinned)
                IS DISTINCT FROM ((c.before).person_id, (c.before).begins_at, (c.before).pinned)
      END
UNION ALL
SELECT
    c.id, (c.after).ifi,
    CASE WHEN EXISTS (SELECT FROM statements AS s
                      WHERE s.organisation_id = :organisation AND s.persona_id = c.id)
         THEN 'release' ELSE 'delete' END,
    (c.after).person_id, NULL, (c.after).begins_at, (c.after).begins_at, false, (c.after).pinned, NULL, NULL, NULL, NULL, NULL,
    (c.after).agent_name, NULL, c.import_id
FROM persona_changes AS c
WHERE c.organisation_id = :organisation AND c.import_id = (SELECT CAST(:undone AS bigint)) AND c.as_made
