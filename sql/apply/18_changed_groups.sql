-- Groups that are there and that lines give another name or type, as they are to be.
SELECT
    g.id, v.said_in,
    CASE WHEN v.name IS NULL THEN g.name ELSE nullif(v.name, '') END AS name,
    CASE WHEN v.type IS NULL THEN g.type ELSE nullif(v.type, '') END AS type
FROM group_values AS v
JOIN groups AS g ON g.organisation_id = :organisation AND g.custom_id = v.custom_id
WHERE v.name IS NOT NULL AND nullif(v.name, '') IS DISTINCT FROM g.name
   OR v.type IS NOT NULL AND nullif(v.type, '') IS DISTINCT FROM g.type
