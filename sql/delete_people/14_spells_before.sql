-- The spells of these personas as they are.
SELECT s.persona_id, s.person_id, s.begins_at, s.ends_at
FROM concerned_personas AS x
JOIN spells AS s ON s.organisation_id = :organisation AND s.persona_id = x.persona_id
