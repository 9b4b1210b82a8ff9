-- The group that has an id.
SELECT g.id AS group_id, g.custom_id, g.name, g.type
FROM groups AS g
WHERE g.organisation_id = CAST(:organisation AS integer) AND g.id = CAST(:id AS bigint)
