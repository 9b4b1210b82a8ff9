-- These groups with all their descendants. (Of a recursion the planner expects too much, and would read all memberships for a
-- group of ten people: so it is told what there is.)
WITH RECURSIVE below (group_id, descendant_id) AS (
    SELECT u.id, u.id FROM subject_groups AS u
    UNION
    SELECT b.group_id, g.group_id
    FROM below AS b
    JOIN group_parents AS g ON g.organisation_id = :organisation AND g.parent_id = b.descendant_id
)
SELECT group_id, descendant_id FROM below
