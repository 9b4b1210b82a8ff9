-- Whose personas would go where: of those with a custom_id who lose most to others with one, one persona each.
WITH lost AS (
    SELECT
        (c.before).person_id AS from_id,
        CASE WHEN v.id IS NULL THEN f.custom_id ELSE v.custom_id END AS from_custom_id,
        CASE WHEN v.id IS NULL THEN f.name ELSE v.name END AS from_name,
        (c.before).ifi, t.custom_id AS to_custom_id, t.name AS to_name
    FROM persona_changes AS c
    JOIN people AS t ON t.organisation_id = :organisation AND t.id = (c.after).person_id AND t.custom_id IS NOT NULL
    LEFT JOIN person_versions AS v
        ON v.organisation_id = :organisation AND v.replaced_by = :import AND v.id = (c.before).person_id
    LEFT JOIN people AS f ON f.organisation_id = :organisation AND f.id = (c.before).person_id
    WHERE c.organisation_id = :organisation AND c.import_id = :import
      AND (c.before).organisation_id IS NOT NULL AND (c.before).person_id <> (c.after).person_id
)
SELECT
    from_custom_id AS custom_id, min(from_name) AS name, count(*) AS personas, min(ifi) AS ifi,
    (array_agg(to_custom_id ORDER BY ifi))[1] AS to_custom_id, (array_agg(to_name ORDER BY ifi))[1] AS to_name
FROM lost
WHERE from_custom_id IS NOT NULL
GROUP BY from_id, from_custom_id
ORDER BY personas DESC, custom_id
LIMIT 5
