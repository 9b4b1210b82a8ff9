-- The person with an id, if there is one now.
SELECT p.id FROM people AS p WHERE p.organisation_id = CAST(:organisation AS integer) AND p.id = CAST(:id AS bigint)
