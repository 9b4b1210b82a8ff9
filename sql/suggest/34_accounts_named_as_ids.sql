-- Accounts whose name is somebody's custom_id, or nearly.
SELECT
    a.person_id, p.id AS other_id,
    CASE WHEN p.custom_id = a.as_written THEN 'an account named as the custom_id' ELSE 'an account named nearly as the custom_id' END
        AS kind,
    a.ifi AS value, CASE WHEN p.custom_id = a.as_written THEN 0.8 ELSE 0.6 END AS weight
FROM account_names AS a
JOIN people AS p
    ON p.organisation_id = :organisation AND p.near_custom_id = ltrim(a.name, '0') AND p.custom_id IS NOT NULL
    AND p.id <> a.person_id
WHERE ltrim(a.name, '0') <> ''
