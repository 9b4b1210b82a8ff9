-- Groups that lines about groups have changed.
SELECT id AS group_id FROM changed_groups
UNION SELECT group_id FROM renamed_groups
UNION SELECT group_id FROM new_parents
UNION SELECT group_id FROM stale_parents
UNION SELECT n.id FROM new_groups AS x JOIN known_groups AS n USING (custom_id)
