-- Groups whose customId changes.
SELECT g.id AS group_id, r.old, r.new, r.said_at
FROM group_renames AS r
JOIN groups AS g ON g.organisation_id = :organisation AND g.custom_id = r.old
