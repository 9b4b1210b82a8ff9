-- The groups that lines about groups name, as far as there are any, and the previous custom_id that this source gave each last.
SELECT g.custom_id, s.previous_custom_id
FROM groups AS g
LEFT JOIN source_groups AS s
    ON s.organisation_id = :organisation AND s.group_id = g.id AND s.source_id = CAST(:source AS integer)
WHERE g.organisation_id = :organisation AND g.custom_id = ANY (CAST(:custom_ids AS text[]))
