-- Groups whose reporting changes: of people whose interactions do, and those that somebody leaves or joins by it.
SELECT group_id FROM groups_before
UNION
SELECT group_id FROM emptied_memberships
UNION
SELECT group_id FROM inherited_memberships
