-- The ways up from where new parents lead, after a dozen steps: only these can lead round, and hardly ever there are any.
WITH RECURSIVE up (steps, group_id) AS (
    SELECT 0, parent_id FROM added_parents WHERE NOT from_file
    UNION
    SELECT u.steps + 1, e.parent_id
    FROM up AS u
    CROSS JOIN LATERAL (
        SELECT n.parent_id FROM added_parents AS n WHERE n.group_id = u.group_id
        UNION ALL
        SELECT g.parent_id FROM group_parents AS g WHERE g.organisation_id = :organisation AND g.group_id = u.group_id
    ) AS e
    WHERE u.steps < 12
),
ways (group_id, parent_id) AS (
    SELECT CAST(NULL AS bigint), group_id FROM up WHERE steps = 12
    UNION
    SELECT e.group_id, e.parent_id
    FROM ways AS w
    CROSS JOIN LATERAL (
        SELECT n.group_id, n.parent_id FROM added_parents AS n WHERE n.group_id = w.parent_id
        UNION ALL
        SELECT g.group_id, g.parent_id
        FROM group_parents AS g
        WHERE g.organisation_id = :organisation AND g.group_id = w.parent_id
    ) AS e
)
SELECT group_id, parent_id FROM ways WHERE group_id IS NOT NULL
