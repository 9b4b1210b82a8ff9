-- Nor is anybody left without a persona, now or for a time, by having given one up for a time.
SELECT p.id
FROM (SELECT DISTINCT person_id FROM ended_spells_given_up) AS g
JOIN people AS p ON p.organisation_id = :organisation AND p.id = g.person_id
WHERE NOT EXISTS (SELECT FROM spells AS s WHERE s.organisation_id = :organisation AND s.person_id = p.id)
