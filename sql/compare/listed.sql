-- What differs, by kind, with what the person is called there and here.
SELECT
    d.kind,
    coalesce(p.custom_id, (SELECT min(t.ifi) FROM personas_there AS t WHERE t.key = d.key)) AS person_there,
    coalesce(h.custom_id, '#' || h.id) AS person_here, d.there, d.here
FROM differences AS d
LEFT JOIN people_there AS p ON p.key = d.key
LEFT JOIN people AS h ON h.organisation_id = :organisation AND h.id = d.person_id
ORDER BY d.kind COLLATE "C", d.key NULLS LAST, d.person_id, d.there, d.here
LIMIT CAST(:limit AS bigint)
