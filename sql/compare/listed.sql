-- What differs, by kind, with what the person is called there and here; of who is only on one side, also by name and the first
-- personas.
SELECT
    d.kind, coalesce(p.custom_id, f.ifis[1], d.agent) AS person_there, coalesce(h.custom_id, '#' || h.id) AS person_here,
    CASE d.kind
        WHEN 'person_missing' THEN nullif(concat_ws(' ', nullif(p.name, ''), array_to_string(f.ifis, ' ')), '')
        ELSE d.there
    END AS there,
    CASE d.kind
        WHEN 'person_extra' THEN nullif(concat_ws(' ', h.name, array_to_string(o.ifis, ' ')), '')
        ELSE d.here
    END AS here
FROM (
    SELECT kind, key, agent, person_id, there, here
    FROM differences
    ORDER BY kind COLLATE "C", key NULLS LAST, agent COLLATE "C", person_id, there, here
    LIMIT CAST(:limit AS bigint)
) AS d
LEFT JOIN people_there AS p ON p.key = d.key
LEFT JOIN (
    SELECT t.key, (array_agg(t.ifi ORDER BY t.ifi))[1:3] AS ifis
    FROM people_there AS n
    JOIN personas_there AS t USING (key)
    WHERE n.custom_id IS NULL OR NOT EXISTS (SELECT FROM counterparts AS c WHERE c.key = n.key)
    GROUP BY t.key
) AS f ON f.key = d.key
LEFT JOIN people AS h ON h.organisation_id = :organisation AND h.id = d.person_id
LEFT JOIN LATERAL (
    SELECT (array_agg(q.ifi ORDER BY q.ifi))[1:3] AS ifis
    FROM personas AS q
    WHERE q.organisation_id = :organisation AND q.person_id = h.id AND d.kind = 'person_extra'
) AS o ON true
ORDER BY d.kind COLLATE "C", d.key NULLS LAST, d.agent COLLATE "C", d.person_id, d.there, d.here
