-- The groups above a group, or above a person, up to a depth (1: the parents, or the person's own; null: all).
WITH RECURSIVE up (group_id, depth) AS (
    SELECT a.group_id, 1
    FROM (
        SELECT m.group_id
        FROM memberships AS m
        WHERE m.organisation_id = :organisation AND m.person_id = CAST(:person AS bigint)
        UNION
        SELECT g.parent_id
        FROM group_parents AS g
        WHERE g.organisation_id = :organisation AND g.group_id = CAST(:group AS bigint)
    ) AS a
    UNION
    SELECT g.parent_id, CASE WHEN CAST(:depth AS integer) IS NULL THEN 1 ELSE up.depth + 1 END
    FROM up
    JOIN group_parents AS g ON g.organisation_id = :organisation AND g.group_id = up.group_id
    WHERE CAST(:depth AS integer) IS NULL OR up.depth < CAST(:depth AS integer)
)
SELECT DISTINCT group_id AS id FROM up
