-- The groups that a person is in, whoever says so.
SELECT DISTINCT g.custom_id
FROM memberships AS m
JOIN groups AS g ON g.organisation_id = :organisation AND g.id = m.group_id
WHERE m.organisation_id = :organisation AND m.person_id = :person
ORDER BY g.custom_id
