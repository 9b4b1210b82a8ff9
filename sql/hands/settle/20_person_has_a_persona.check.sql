-- Everybody whom this has touched has a persona, or had one.
SELECT p.id
FROM touched_people AS t
JOIN people AS p ON p.organisation_id = :organisation AND p.id = t.person_id
WHERE NOT EXISTS (SELECT FROM spells AS q WHERE q.organisation_id = :organisation AND q.person_id = p.id)
