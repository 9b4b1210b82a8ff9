-- What is above them, and what is below them, by whose word.
SELECT g.group_id, g.parent_id, g.source_id
FROM deleted_groups AS d
JOIN group_parents AS g ON g.organisation_id = :organisation AND g.group_id = d.group_id
UNION
SELECT g.group_id, g.parent_id, g.source_id
FROM deleted_groups AS d
JOIN group_parents AS g ON g.organisation_id = :organisation AND g.parent_id = d.group_id
