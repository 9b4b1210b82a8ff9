-- The spells of those of them that have more than one, or one that begins. (All others are one person's, whenever.)
SELECT s.persona_id, s.begins_at, s.ends_at
FROM subject_personas AS u
JOIN spells AS s ON s.organisation_id = :organisation AND s.persona_id = u.id
WHERE s.begins_at > '-infinity' OR s.ends_at < 'infinity'
