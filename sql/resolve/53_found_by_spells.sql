-- Lines that name nobody, but say what somebody had for a time that has ended: whose that is, if one person without a custom_id
-- has had just that (nor another former one).
SELECT e.line, min(h.id) AS person_id
FROM staged_spells AS e
JOIN staged_lines AS l ON l.line = e.line AND l.custom_id IS NULL
JOIN personas AS p ON p.organisation_id = :organisation AND p.ifi = e.ifi
JOIN closed_spells AS s
    ON s.organisation_id = :organisation AND s.persona_id = p.id AND s.begins_at = coalesce(e.since, '-infinity')
    AND s.ends_at = e.until
JOIN people AS h
    ON h.organisation_id = :organisation AND h.id = s.person_id AND h.custom_id IS NULL
    AND h.former_custom_id IS NOT DISTINCT FROM l.former_custom_id
WHERE NOT EXISTS (SELECT FROM staged_claims AS c WHERE c.line = e.line)
GROUP BY e.line
HAVING min(h.id) = max(h.id)
