-- Groups whose reporting changes: those of the people whose interactions change, and of who is gone.
SELECT group_id FROM groups_before
UNION
SELECT group_id FROM emptied_memberships
