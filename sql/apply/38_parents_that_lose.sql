-- Parents whose reporting changes since a group below them goes: where somebody is in that, or in a group below it, and no
-- other source says that it is the parent: as it has been so far.
SELECT DISTINCT c.parent_id AS group_id
FROM stale_parents AS c
JOIN peopled_groups AS p ON p.group_id = c.group_id
WHERE NOT EXISTS (
    SELECT FROM group_parents AS o
    WHERE o.organisation_id = :organisation AND o.group_id = c.group_id AND o.parent_id = c.parent_id
      AND NOT EXISTS (SELECT FROM stale_parents AS s
                      WHERE s.group_id = o.group_id AND s.parent_id = o.parent_id AND s.source_id = o.source_id))
