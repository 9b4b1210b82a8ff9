-- The person with an id, if there is or ever was one.
SELECT DISTINCT s.id
FROM person_states AS s
WHERE s.organisation_id = CAST(:organisation AS integer) AND s.id = CAST(:id AS bigint)
