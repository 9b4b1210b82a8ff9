-- New groups are made.
SELECT
    :new_group_ids + n.nth AS id, n.custom_id, nullif(v.name, '') AS name, nullif(v.type, '') AS type,
    coalesce(v.created, now()) AS created_at, n.said_in
FROM new_groups AS n
LEFT JOIN group_values AS v USING (custom_id)
