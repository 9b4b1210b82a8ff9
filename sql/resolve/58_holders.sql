-- A component whose lines state no custom_id has the one that the present holders of its personas have; where these
-- have two, nobody can say whose it is.
SELECT
    c.component, min(h.custom_id) AS custom_id, min(h.id) AS person_id, max(h.custom_id) AS other,
    min(h.custom_id) <> max(h.custom_id) AS ambiguous
FROM components AS k
JOIN claims AS c USING (component)
JOIN people AS h ON h.organisation_id = :organisation AND h.id = c.holder_id
WHERE k.stated IS NULL AND k.person_id IS NULL AND h.custom_id IS NOT NULL
GROUP BY c.component
