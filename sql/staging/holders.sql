-- Who has what the staged lines name.
SELECT holder_id AS person_id FROM held_claims WHERE holder_id IS NOT NULL
UNION
SELECT p.id
FROM staged_lines AS l
JOIN people AS p ON p.organisation_id = :organisation AND p.custom_id = l.custom_id
