-- The groups that are of it.
SELECT g.id, r.name AS type
FROM renamed_types AS r
JOIN groups AS g ON g.organisation_id = :organisation AND g.type COLLATE "C" = r.old_name
