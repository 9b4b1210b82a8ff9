-- Everybody whom this has touched has a persona, or had one.
SELECT p.id
FROM touched_people AS t
JOIN people AS p ON p.organisation_id = :organisation AND p.id = t.person_id
WHERE NOT EXISTS (SELECT FROM spells AS s WHERE s.organisation_id = :organisation AND s.person_id = p.id)
