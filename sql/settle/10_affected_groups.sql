-- Every group whose reporting changes.
SELECT group_id FROM groups_before
UNION
SELECT group_id FROM parents_lost
UNION
SELECT group_id FROM parents_gained
UNION
SELECT group_id FROM emptied_memberships
UNION
SELECT group_id FROM groups_changed
UNION
SELECT group_id FROM groups_after
