-- The group that a report of people or activities is about, and all its descendants.
WITH RECURSIVE below (group_id) AS (
    SELECT CAST(:group AS bigint) WHERE CAST(:group AS bigint) IS NOT NULL
    UNION
    SELECT g.group_id
    FROM below AS b
    JOIN group_parents AS g ON g.organisation_id = :organisation AND g.parent_id = b.group_id
)
SELECT group_id FROM below
