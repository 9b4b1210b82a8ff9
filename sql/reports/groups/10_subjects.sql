-- The groups that a report shows: all; or one and all below it; or those that a person is in, and all above them; or both. Of these
-- those of a page, where it is known.
WITH RECURSIVE below (group_id) AS (
    SELECT CAST(:group AS bigint)
    UNION
    SELECT g.group_id
    FROM below AS b
    JOIN group_parents AS g ON g.organisation_id = :organisation AND g.parent_id = b.group_id
), above (group_id) AS (
    SELECT m.group_id
    FROM memberships AS m
    WHERE m.organisation_id = :organisation AND m.person_id = CAST(:person AS bigint)
    UNION
    SELECT g.parent_id
    FROM above AS a
    JOIN group_parents AS g ON g.organisation_id = :organisation AND g.group_id = a.group_id
)
SELECT g.id
FROM groups AS g
WHERE g.organisation_id = :organisation
  AND (CAST(:group AS bigint) IS NULL OR g.id IN (SELECT group_id FROM below))
  AND (CAST(:person AS bigint) IS NULL OR g.id IN (SELECT group_id FROM above))
  AND (CAST(:groups AS bigint[]) IS NULL OR g.id = ANY (CAST(:groups AS bigint[])))
