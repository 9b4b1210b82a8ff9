-- What those add up to that are in one of them alone: by that group, once, for all that it is below. Where nobody of a group is in
-- others, its own record says so, if it has no groups below and is not stale. (NOT IN: of what is left by then the planner expects
-- one, and would read all members for each.)
WITH recorded AS (
    SELECT r.*
    FROM (SELECT DISTINCT descendant_id FROM nested) AS d
    JOIN group_records AS r ON r.organisation_id = :organisation AND r.group_id = d.descendant_id
    WHERE NOT EXISTS (SELECT FROM subject_groups AS u WHERE u.id = r.group_id)
      AND NOT EXISTS (
        SELECT FROM pending AS p
        WHERE p.organisation_id = :organisation AND p.subject = 'group' AND p.subject_id = r.group_id)
      AND NOT EXISTS (
        SELECT FROM group_parents AS g WHERE g.organisation_id = :organisation AND g.parent_id = r.group_id)
      AND r.group_id NOT IN (
        SELECT DISTINCT s.group_id
        FROM members AS m
        JOIN memberships AS s ON s.organisation_id = :organisation AND s.person_id = m.person_id
        WHERE m.has_others)
)
SELECT
    d.group_id, d.members, d.active_members, d.interactions, d.completed, d.passed, d.failed, d.scores, d.score_sum, d.seconds,
    d.first_at, d.last_at
FROM recorded AS d
UNION ALL
SELECT
    m.group_id,
    count(*),
    count(r.person_id),
    sum(r.interactions),
    sum(r.completed),
    sum(r.passed),
    sum(r.failed),
    sum(r.scores),
    sum(r.score_sum),
    sum(r.seconds),
    min(r.first_at),
    max(r.last_at)
FROM members AS m
LEFT JOIN person_records AS r ON r.organisation_id = :organisation AND r.person_id = m.person_id
WHERE NOT m.has_others AND NOT EXISTS (SELECT FROM recorded AS d WHERE d.group_id = m.group_id)
GROUP BY m.group_id
