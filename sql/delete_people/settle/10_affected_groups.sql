-- Groups whose reporting changes: those that they leave.
SELECT group_id FROM groups_before
UNION
SELECT group_id FROM emptied_memberships
