-- Every group whose reporting changes, and all above them.
WITH RECURSIVE up (group_id) AS (
    SELECT group_id FROM affected_groups
    UNION
    SELECT g.parent_id
    FROM up
    JOIN group_parents AS g ON g.organisation_id = :organisation AND g.group_id = up.group_id
)
SELECT group_id FROM up
