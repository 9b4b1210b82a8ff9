-- Who has what the staged lines name.
SELECT p.person_id
FROM staged_claims AS c
JOIN personas AS p ON p.organisation_id = :organisation AND p.ifi = c.ifi
WHERE p.person_id IS NOT NULL
UNION
SELECT p.id
FROM staged_lines AS l
JOIN people AS p ON p.organisation_id = :organisation AND p.custom_id = l.custom_id
