-- The groups that have these ids.
SELECT g.id, g.custom_id
FROM groups AS g
WHERE g.organisation_id = :organisation AND g.id = ANY (CAST(:ids AS bigint[]))
