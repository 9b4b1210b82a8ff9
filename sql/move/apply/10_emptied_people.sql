-- Who is left without any spell goes.
SELECT p.id AS person_id, p.custom_id
FROM (SELECT DISTINCT from_id FROM hands) AS h
JOIN people AS p ON p.organisation_id = :organisation AND p.id = h.from_id
WHERE NOT EXISTS (SELECT FROM spells AS s WHERE s.organisation_id = :organisation AND s.person_id = p.id)
