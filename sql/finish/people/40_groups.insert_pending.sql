-- The groups of these people are stale now, and all above them.
WITH RECURSIVE up (group_id) AS (
    SELECT m.group_id
    FROM subject_people AS u
    JOIN memberships AS m ON m.organisation_id = :organisation AND m.person_id = u.id
    UNION
    SELECT g.parent_id
    FROM up
    JOIN group_parents AS g ON g.organisation_id = :organisation AND g.group_id = up.group_id
)
SELECT 'group' AS subject, group_id AS subject_id FROM up
