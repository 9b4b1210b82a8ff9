-- The persona's spells as they are.
SELECT s.persona_id, s.person_id, s.begins_at, s.ends_at
FROM spells AS s
WHERE s.organisation_id = :organisation AND s.persona_id = :persona
