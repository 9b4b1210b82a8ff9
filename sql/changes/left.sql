-- Personas that lines name and that stay where they are, with the reason as the field; within the import's own transaction
-- only, for it is no change. person: whom the line is about.
INSERT INTO listed_changes (said_at, action, person, persona, from_label, field, persona_id)
SELECT
    (CAST(l.file AS bigint) << 40) + l.at, 'leave',
    coalesce(t.after, t.custom_id, '#' || t.id), o.ifi, coalesce(h.custom_id, '#' || h.id), o.why, p.id
FROM passed_over AS o
CROSS JOIN listed_import AS i
JOIN staged_lines AS l USING (line)
LEFT JOIN joined AS j USING (line)
LEFT JOIN (
    SELECT t.component, g.id, g.custom_id, c.after
    FROM targets AS t
    CROSS JOIN listed_import AS i
    JOIN people AS g ON g.organisation_id = i.organisation_id AND g.id = t.person_id
    LEFT JOIN listed_people AS c ON c.id = g.id
) AS t ON t.component = coalesce(j.component, o.line)
LEFT JOIN personas AS p ON p.organisation_id = i.organisation_id AND p.ifi = o.ifi
LEFT JOIN people AS h ON h.organisation_id = i.organisation_id AND h.id = p.person_id
WHERE o.why NOT IN ('repeated', 'later_line') AND NOT EXISTS (SELECT FROM rejects AS r WHERE r.line = o.line)
