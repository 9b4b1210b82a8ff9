-- Every one of them from which the way up leads back to its child. (Of lines about groups there is none.)
WITH RECURSIVE up (group_id, parent_id, at) AS (
    SELECT group_id, parent_id, parent_id FROM added_parents WHERE NOT from_file
    UNION
    SELECT u.group_id, u.parent_id, e.parent_id
    FROM up AS u
    CROSS JOIN LATERAL (
        SELECT n.parent_id FROM added_parents AS n WHERE n.group_id = u.at
        UNION ALL
        SELECT g.parent_id FROM group_parents AS g WHERE g.organisation_id = :organisation AND g.group_id = u.at
    ) AS e
    WHERE u.at <> u.group_id
)
SELECT DISTINCT group_id, parent_id FROM up WHERE at = group_id
