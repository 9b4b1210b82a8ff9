-- The group that has a custom_id.
SELECT g.id AS group_id, g.custom_id, g.name
FROM groups AS g
WHERE g.organisation_id = CAST(:organisation AS integer) AND g.custom_id = :custom_id
