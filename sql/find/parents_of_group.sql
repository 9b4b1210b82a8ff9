-- What is above a group, by whoever's word.
SELECT DISTINCT p.id AS group_id, p.custom_id
FROM group_parents AS g
JOIN groups AS p ON p.organisation_id = CAST(:organisation AS integer) AND p.id = g.parent_id
WHERE g.organisation_id = CAST(:organisation AS integer) AND g.group_id = CAST(:id AS bigint)
ORDER BY p.id
