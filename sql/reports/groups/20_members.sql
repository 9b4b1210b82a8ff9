-- The members of these groups with all their descendants, each person once. (Of a recursion the planner expects too much, and
-- would read all memberships for a group of ten people: so it is told what there is.)
CREATE TEMP TABLE below ON COMMIT DROP AS
WITH RECURSIVE below (group_id, descendant_id) AS (
    SELECT u.id, u.id FROM subjects AS u
    UNION
    SELECT b.group_id, g.group_id
    FROM run
    CROSS JOIN below AS b
    JOIN group_parents AS g ON g.organisation_id = run.organisation_id AND g.parent_id = b.descendant_id
)
SELECT group_id, descendant_id FROM below;
ANALYZE below;

CREATE TEMP TABLE members ON COMMIT DROP AS
SELECT DISTINCT b.group_id, m.person_id
FROM below AS b
CROSS JOIN run
JOIN memberships AS m ON m.organisation_id = run.organisation_id AND m.group_id = b.descendant_id;
ANALYZE members;
