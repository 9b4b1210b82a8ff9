-- And the groups that they are in, or in a group below them.
SELECT group_id FROM peopled_groups WHERE :wholly
