-- Who is to go.
SELECT p.id AS person_id, p.custom_id
FROM people AS p
WHERE p.organisation_id = :organisation AND p.id = ANY (CAST(:deleted AS bigint[]))
