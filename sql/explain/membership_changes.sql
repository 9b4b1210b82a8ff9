-- Every membership that came to some people or went from them: in which group, and which source says so.
SELECT
    c.import_id, (c.before).changed_by AS follows, c.person_id,
    (c.after).organisation_id IS NOT NULL AS is, (c.after).said_in AS said_in, s.name AS source,
    coalesce(g.custom_id, (
        SELECT v.custom_id FROM group_versions AS v
        WHERE v.organisation_id = :organisation AND v.id = c.group_id
        ORDER BY v.replaced_by DESC
        LIMIT 1)) AS custom_id
FROM membership_changes AS c
JOIN sources AS s ON s.organisation_id = :organisation AND s.id = c.source_id
LEFT JOIN groups AS g ON g.organisation_id = :organisation AND g.id = c.group_id
WHERE c.organisation_id = :organisation AND c.person_id = ANY (CAST(:people AS bigint[]))
  AND ((c.before).organisation_id IS NULL OR (c.after).organisation_id IS NULL)
UNION ALL
SELECT NULL, NULL, m.person_id, true, m.said_in, s.name, g.custom_id
FROM memberships AS m
JOIN sources AS s ON s.organisation_id = :organisation AND s.id = m.source_id
JOIN groups AS g ON g.organisation_id = :organisation AND g.id = m.group_id
WHERE m.organisation_id = :organisation AND m.person_id = ANY (CAST(:people AS bigint[]))
  AND m.changed_by IS NULL
