-- The spells that there are then, with whose they are.
SELECT b.persona_id, coalesce(:lonesome_ids + l.nth, b.person_id) AS person_id, b.begins_at, b.ends_at
FROM spells_before AS b
LEFT JOIN lonesome AS l ON l.persona_id = b.persona_id AND l.from_id = b.person_id
WHERE l.nth IS NOT NULL OR NOT EXISTS (SELECT FROM deleted_people AS d WHERE d.person_id = b.person_id)
