-- The personas that they have, or have had.
SELECT DISTINCT s.persona_id
FROM merged_people AS m
JOIN spells AS s ON s.organisation_id = :organisation AND s.person_id = m.person_id
