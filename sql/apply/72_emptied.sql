-- Only now people left without personas go.
SELECT p.id AS person_id, p.custom_id
FROM (SELECT from_id FROM moves UNION SELECT from_id FROM dropped) AS l
JOIN people AS p ON p.organisation_id = :organisation AND p.id = l.from_id
WHERE NOT EXISTS (SELECT FROM personas AS q
                  WHERE q.organisation_id = :organisation AND q.person_id = l.from_id)
