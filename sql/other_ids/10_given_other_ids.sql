-- Which people and personas the records of another system are now that all is done; of lines that are rejected, or wait, none. Whom
-- a line is about no identifier says, for it may have gone on without that: a line that was resolved has a target, and one of a plain
-- newcomer a custom_id that is nobody else's, or a persona that it has made. (Where several lines have an id, the first says it.)
SELECT DISTINCT ON (g.record, g.other_id)
    g.record, decode(g.other_id, 'hex') AS other_id,
    CASE WHEN g.record <> 'identifier' THEN w.person_id END AS person_id,
    CASE WHEN g.record = 'identifier' THEN s.id END AS persona_id
FROM staged_other_ids AS g
LEFT JOIN staged_lines AS l ON l.line = g.line
LEFT JOIN linked_after_contests AS k ON k.line = g.line
LEFT JOIN targets AS t ON t.component = coalesce(k.component, l.line)
LEFT JOIN people AS p ON p.organisation_id = :organisation AND p.custom_id = g.custom_id
LEFT JOIN personas AS s ON s.organisation_id = :organisation AND s.ifi = g.ifi
CROSS JOIN LATERAL (
    SELECT CASE
        WHEN l.line IS NOT NULL THEN t.person_id
        WHEN g.custom_id IS NOT NULL THEN p.id
        WHEN s.changed_by = :import AND s.said_in = g.said_in THEN s.person_id
    END AS person_id
) AS w
WHERE CASE g.record WHEN 'identifier' THEN s.id ELSE w.person_id END IS NOT NULL
  AND NOT EXISTS (SELECT FROM rejects AS r WHERE r.line = g.line)
  AND NOT EXISTS (SELECT FROM emptied_people AS e WHERE e.person_id = w.person_id AND g.record <> 'identifier')
ORDER BY g.record, g.other_id, g.line
