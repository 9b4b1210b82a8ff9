-- Who would be deleted: of those with a custom_id, the ones in most groups first, and who has their first persona now.
WITH gone AS (
    SELECT c.id, (c.before).custom_id, (c.before).name
    FROM person_changes AS c
    WHERE c.organisation_id = :organisation AND c.import_id = :import
      AND (c.before).custom_id IS NOT NULL AND (c.after).organisation_id IS NULL
),
worst AS (
    SELECT g.id, g.custom_id, g.name, count(m.group_id) AS memberships
    FROM gone AS g
    LEFT JOIN membership_versions AS m
        ON m.organisation_id = :organisation AND m.replaced_by = :import AND m.person_id = g.id
    GROUP BY g.id, g.custom_id, g.name
    ORDER BY memberships DESC, g.custom_id
    LIMIT 5
)
SELECT DISTINCT ON (w.memberships, w.custom_id) w.custom_id, w.name, t.custom_id AS to_custom_id, t.name AS to_name
FROM worst AS w
LEFT JOIN persona_versions AS v
    ON v.organisation_id = :organisation AND v.replaced_by = :import AND v.person_id = w.id
LEFT JOIN personas AS q ON q.organisation_id = :organisation AND q.id = v.id
LEFT JOIN people AS t ON t.organisation_id = :organisation AND t.id = q.person_id
ORDER BY w.memberships DESC, w.custom_id, t.custom_id IS NULL, v.ifi
