-- The spells of those of them that have more than one, or one that begins. (All others are one person's, whenever.)
SELECT p.id AS persona_id, p.begins_at, CAST('infinity' AS timestamptz) AS ends_at
FROM subject_personas AS u
JOIN personas AS p ON p.organisation_id = :organisation AND p.id = u.id
WHERE p.begins_at > '-infinity' AND p.person_id IS NOT NULL
UNION ALL
SELECT c.persona_id, c.begins_at, c.ends_at
FROM subject_personas AS u
JOIN closed_spells AS c ON c.organisation_id = :organisation AND c.persona_id = u.id
