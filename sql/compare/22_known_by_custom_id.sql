-- Whose custom_id somebody here has.
SELECT p.key, h.id AS person_id
FROM people_there AS p
JOIN people AS h ON h.organisation_id = :organisation AND h.custom_id = p.custom_id
