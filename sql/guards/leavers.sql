-- Who would leave: of those whom this source gave before and names no more, the ones who lose most memberships first.
SELECT coalesce(v.custom_id, p.custom_id) AS custom_id, coalesce(v.name, p.name) AS name, p.id AS person_id
FROM leavers AS l
JOIN people AS p ON p.organisation_id = :organisation AND p.id = l.person_id
LEFT JOIN person_versions AS v ON v.organisation_id = :organisation AND v.replaced_by = :import AND v.id = p.id
LEFT JOIN membership_versions AS m
    ON m.organisation_id = :organisation AND m.replaced_by = :import AND m.person_id = p.id
    AND m.source_id = CAST(:source AS integer)
GROUP BY p.id, coalesce(v.custom_id, p.custom_id), coalesce(v.name, p.name)
ORDER BY count(m.group_id) DESC, custom_id, person_id
LIMIT 5
