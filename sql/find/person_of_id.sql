-- The person with an id, if there is one now.
SELECT p.id, p.custom_id FROM people AS p WHERE p.organisation_id = :organisation AND p.id = CAST(:id AS bigint)
