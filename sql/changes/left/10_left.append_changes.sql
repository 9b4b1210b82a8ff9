-- Personas that lines name and that stay where they are, with the reason as the field; within the import's own transaction
-- only, for it is no change. person: whom the line is about.
SELECT
    l.said_in, 'leave' AS action,
    coalesce(t.after, t.custom_id, '#' || t.id) AS person, o.ifi AS persona, NULL AS group_label,
    coalesce(h.custom_id, '#' || h.id) AS from_label, NULL AS to_label, o.why AS field, NULL AS old, NULL AS new,
    p.id AS persona_id, p.begins_at, CAST('infinity' AS timestamptz) AS ends_at
FROM passed_over AS o
JOIN staged_lines AS l USING (line)
LEFT JOIN linked_after_contests AS j USING (line)
LEFT JOIN (
    SELECT t.component, g.id, g.custom_id, c.after
    FROM targets AS t
    JOIN people AS g ON g.organisation_id = :organisation AND g.id = t.person_id
    LEFT JOIN called_people AS c ON c.id = g.id
) AS t ON t.component = coalesce(j.component, o.line)
LEFT JOIN personas AS p ON p.organisation_id = :organisation AND p.ifi = o.ifi
LEFT JOIN people AS h ON h.organisation_id = :organisation AND h.id = p.person_id
WHERE o.why NOT IN ('repeated', 'later_line') AND NOT EXISTS (SELECT FROM rejects AS r WHERE r.line = o.line)
