-- And the groups that they are in, or in a group below them.
WITH RECURSIVE up (group_id) AS (
    SELECT g.id
    FROM groups AS g
    WHERE g.organisation_id = :organisation
      AND EXISTS (SELECT FROM memberships AS m WHERE m.organisation_id = :organisation AND m.group_id = g.id)
    UNION
    SELECT g.parent_id
    FROM up
    JOIN group_parents AS g ON g.organisation_id = :organisation AND g.group_id = up.group_id
)
SELECT group_id FROM up WHERE :wholly
