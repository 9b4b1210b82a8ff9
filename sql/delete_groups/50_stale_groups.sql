-- They, and all groups above them.
WITH RECURSIVE up (group_id) AS (
    SELECT r.group_id FROM reporting_groups AS r
    UNION
    SELECT g.parent_id
    FROM up
    JOIN group_parents AS g ON g.organisation_id = :organisation AND g.group_id = up.group_id
)
SELECT group_id FROM up
