-- The personas that they have, or have had.
SELECT DISTINCT s.persona_id
FROM deleted_people AS d
JOIN spells AS s ON s.organisation_id = :organisation AND s.person_id = d.person_id
