-- People who are left without personas, now that all have moved, and who go; not those who have had one for a time.
SELECT p.id AS person_id, p.custom_id
FROM (SELECT from_id FROM moves UNION SELECT from_id FROM dropped UNION SELECT person_id FROM ended_spells_given_up) AS l
JOIN people AS p ON p.organisation_id = :organisation AND p.id = l.from_id
WHERE NOT EXISTS (SELECT FROM spells AS s WHERE s.organisation_id = :organisation AND s.person_id = l.from_id)
