-- Parents whose reporting changes since a group comes below them, likewise: as it is now.
SELECT DISTINCT c.parent_id AS group_id
FROM new_parents AS c
JOIN peopled_groups AS p ON p.group_id = c.group_id
WHERE NOT EXISTS (
    SELECT FROM group_parents AS o
    WHERE o.organisation_id = :organisation AND o.group_id = c.group_id AND o.parent_id = c.parent_id
      AND o.source_id <> :source)
