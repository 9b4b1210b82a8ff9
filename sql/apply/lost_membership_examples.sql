-- The first memberships that other sources gave and that went with people who are deleted: whose, in which group, given by
-- which source.
SELECT m.person_id AS from_id, v.custom_id AS from_custom_id, v.name AS from_name, g.custom_id AS group, s.name AS source
FROM emptied_memberships AS m
JOIN sources AS s ON s.organisation_id = :organisation AND s.id = m.source_id
JOIN groups AS g ON g.organisation_id = :organisation AND g.id = m.group_id
LEFT JOIN person_versions AS v
    ON v.organisation_id = :organisation AND v.replaced_by = :import AND v.id = m.person_id
WHERE m.source_id <> :source
ORDER BY v.custom_id, m.person_id, g.custom_id, s.name
LIMIT 5
