-- Every group whose reporting changes.
SELECT group_id FROM groups_before
UNION
SELECT group_id FROM parents_that_lose
UNION
SELECT group_id FROM parents_that_gain
UNION
SELECT group_id FROM emptied_memberships
UNION
SELECT group_id FROM groups_joined_or_left
UNION
SELECT group_id FROM groups_after
