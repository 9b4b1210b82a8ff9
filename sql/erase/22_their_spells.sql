-- From when to when the erased people had what stays.
SELECT s.persona_id, s.begins_at, s.ends_at
FROM shared_personas AS h
JOIN spells AS s ON s.organisation_id = :organisation AND s.persona_id = h.persona_id
JOIN erased_people AS e ON e.person_id = s.person_id
