-- Groups that do not exist and may not be made.
SELECT custom_id FROM named_groups WHERE id IS NULL AND NOT may_be_made
