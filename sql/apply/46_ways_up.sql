-- All ways up from the first parents that go round, for naming the groups on them.
WITH RECURSIVE up (group_id, parent_id) AS (
    (SELECT group_id, parent_id FROM cycles ORDER BY group_id, parent_id LIMIT 5)
    UNION
    SELECT e.group_id, e.parent_id
    FROM up AS u
    CROSS JOIN LATERAL (
        SELECT n.group_id, n.parent_id FROM added_parents AS n WHERE n.group_id = u.parent_id
        UNION ALL
        SELECT g.group_id, g.parent_id
        FROM group_parents AS g
        WHERE g.organisation_id = :organisation AND g.group_id = u.parent_id
    ) AS e
)
SELECT group_id, parent_id FROM up
