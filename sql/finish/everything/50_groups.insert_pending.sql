-- All groups with somebody in them are stale now, and all above them.
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
SELECT 'group' AS subject, group_id AS subject_id FROM up
