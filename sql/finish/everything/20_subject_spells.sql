-- The spells of all personas that have more than one, or one that begins. (All others are one person's, whenever.)
SELECT p.id AS persona_id, p.begins_at, CAST('infinity' AS timestamptz) AS ends_at
FROM personas AS p
WHERE p.organisation_id = :organisation AND p.begins_at > '-infinity' AND p.person_id IS NOT NULL
UNION ALL
SELECT c.persona_id, c.begins_at, c.ends_at
FROM closed_spells AS c
WHERE c.organisation_id = :organisation
