-- The spells of all personas that have more than one, or one that begins. (All others are one person's, whenever.)
SELECT s.persona_id, s.begins_at, s.ends_at
FROM spells AS s
WHERE s.organisation_id = :organisation AND (s.begins_at > '-infinity' OR s.ends_at < 'infinity')
