-- The groups that are to go: those that were asked for, as far as they are there.
SELECT g.id AS group_id, g.custom_id, g.name
FROM groups AS g
WHERE g.organisation_id = :organisation AND g.id = ANY (CAST(:deleted AS bigint[]))
