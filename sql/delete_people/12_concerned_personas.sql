-- The personas that they have, or have had.
SELECT p.id AS persona_id
FROM deleted_people AS d
JOIN personas AS p ON p.organisation_id = :organisation AND p.person_id = d.person_id
UNION
SELECT c.persona_id
FROM deleted_people AS d
JOIN closed_spells AS c ON c.organisation_id = :organisation AND c.person_id = d.person_id
