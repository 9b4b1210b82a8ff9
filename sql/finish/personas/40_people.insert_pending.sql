-- Everybody who has, or had, these personas is stale now.
SELECT 'person' AS subject, p.person_id AS subject_id
FROM subject_personas AS u
JOIN personas AS p ON p.organisation_id = :organisation AND p.id = u.id
WHERE p.person_id IS NOT NULL
UNION
SELECT 'person', c.person_id
FROM subject_personas AS u
JOIN closed_spells AS c ON c.organisation_id = :organisation AND c.persona_id = u.id
