-- What this source gives as the previous custom_ids of groups, where that differs from what it gave last.
SELECT g.id AS group_id, x.previous_custom_id, x.said_in, s.group_id IS NOT NULL AS known
FROM previous_group_ids AS x
JOIN groups AS g ON g.organisation_id = :organisation AND g.custom_id = x.custom_id
LEFT JOIN source_groups AS s
    ON s.organisation_id = :organisation AND s.source_id = :source AND s.group_id = g.id
WHERE s.previous_custom_id IS DISTINCT FROM x.previous_custom_id
