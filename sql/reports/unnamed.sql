-- What people go by who have neither a custom_id nor a name: their first identifier, or, without any, their number.
SELECT n.id, coalesce(q.ifi, '#' || n.id) AS name
FROM unnest(CAST(:people AS bigint[])) AS n (id)
LEFT JOIN LATERAL (
    SELECT p.ifi FROM personas AS p WHERE p.organisation_id = :organisation AND p.person_id = n.id ORDER BY p.id LIMIT 1
) AS q ON true
