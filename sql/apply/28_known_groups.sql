-- The groups that lines name, as far as they are there by now.
SELECT custom_id, id FROM named_groups WHERE id IS NOT NULL
UNION ALL
SELECT custom_id, :new_group_ids + nth FROM new_groups
