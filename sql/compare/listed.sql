-- What differs, by kind, with what the person is called there and here.
SELECT
    d.kind, coalesce(p.custom_id, f.ifi, d.agent) AS person_there, coalesce(h.custom_id, '#' || h.id) AS person_here,
    d.there, d.here
FROM differences AS d
LEFT JOIN people_there AS p ON p.key = d.key
LEFT JOIN (
    SELECT t.key, min(t.ifi) AS ifi
    FROM people_there AS n
    JOIN personas_there AS t USING (key)
    WHERE n.custom_id IS NULL
    GROUP BY t.key
) AS f ON f.key = d.key
LEFT JOIN people AS h ON h.organisation_id = :organisation AND h.id = d.person_id
ORDER BY d.kind COLLATE "C", d.key NULLS LAST, d.agent COLLATE "C", d.person_id, d.there, d.here
LIMIT CAST(:limit AS bigint)
