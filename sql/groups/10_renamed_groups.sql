-- Groups whose custom_id changes, with the old one and the new one.
SELECT g.id AS group_id, r.old, r.new, r.said_in
FROM group_renames AS r
JOIN groups AS g ON g.organisation_id = :organisation AND g.custom_id = r.old
