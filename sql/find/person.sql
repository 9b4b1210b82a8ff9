-- The person who has a custom_id.
SELECT p.id AS person_id, p.custom_id, p.name
FROM people AS p
WHERE p.organisation_id = CAST(:organisation AS integer) AND p.custom_id = :custom_id
