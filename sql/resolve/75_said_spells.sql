-- What components had for a time that has ended, and who of those that are there they are (null: somebody new).
SELECT
    k.component, e.line, e.place, e.kind, e.ifi, e.near, e.as_written, e.agent_name, e.created, e.said_in,
    coalesce(e.since, '-infinity') AS begins_at, e.until AS ends_at, p.id AS persona_id,
    coalesce(k.person_id, o.person_id, d.holder_id) AS person_id
FROM staged_spells AS e
LEFT JOIN linked_after_contests AS j ON j.line = e.line
JOIN components AS k ON k.component = coalesce(j.component, e.line)
LEFT JOIN told_by_holders AS o ON o.component = k.component
LEFT JOIN adoptions AS d ON d.component = k.component AND (NOT d.adopts OR d.nth = 1)
LEFT JOIN personas AS p ON p.organisation_id = :organisation AND p.ifi = e.ifi
WHERE NOT EXISTS (SELECT FROM ambiguous_lines AS a WHERE a.component = k.component)
