-- All people who have, or ever had, a custom_id.
SELECT DISTINCT s.id
FROM person_states AS s
WHERE s.organisation_id = CAST(:organisation AS integer) AND s.custom_id = :custom_id
