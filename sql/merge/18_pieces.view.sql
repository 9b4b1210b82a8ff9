-- The same with whom they are then.
SELECT s.persona_id, coalesce(m.into_id, s.person_id) AS person_id, s.begins_at, s.ends_at
FROM spells_before AS s
LEFT JOIN merged_people AS m ON m.person_id = s.person_id
