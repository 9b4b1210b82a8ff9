-- Nobody whom this import touched is left without a persona, now or for a time: no constraint can say so.
SELECT m.person_id
FROM made_people AS m
WHERE NOT EXISTS (SELECT FROM spells AS s WHERE s.organisation_id = :organisation AND s.person_id = m.person_id)
UNION ALL
SELECT p.id
FROM (SELECT from_id FROM moves UNION SELECT from_id FROM dropped) AS bereft
JOIN people AS p ON p.organisation_id = :organisation AND p.id = bereft.from_id
WHERE NOT EXISTS (SELECT FROM spells AS s WHERE s.organisation_id = :organisation AND s.person_id = bereft.from_id)
