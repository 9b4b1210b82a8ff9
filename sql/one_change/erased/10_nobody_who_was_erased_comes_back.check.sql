-- No change is about who was erased; told by which erasure. (Of a batch, whoever reads its files has seen to it.)
SELECT e.erased_by
FROM erasure_keys AS k
CROSS JOIN (
    SELECT 'i' || c.ifi AS name FROM staged_claims AS c
    UNION ALL
    SELECT 'i' || s.ifi FROM staged_spells AS s
    UNION ALL
    SELECT 'c' || i.custom_id
    FROM staged_lines AS l
    CROSS JOIN LATERAL (VALUES (l.custom_id), (l.previous_custom_id), (l.former_custom_id)) AS i (custom_id)
) AS n
JOIN erased_ids AS e
    ON e.organisation_id = :organisation AND e.hash = sha256(k.key || convert_to(n.name, 'UTF8'))
WHERE k.organisation_id = :organisation
