-- The personas that they have, or have had.
SELECT p.id AS persona_id
FROM merged_people AS m
JOIN personas AS p ON p.organisation_id = :organisation AND p.person_id = m.person_id
UNION
SELECT c.persona_id
FROM merged_people AS m
JOIN closed_spells AS c ON c.organisation_id = :organisation AND c.person_id = m.person_id
