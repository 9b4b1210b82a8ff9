-- All personas that have, or ever had, an identifier.
SELECT DISTINCT s.id
FROM persona_states AS s
WHERE s.organisation_id = CAST(:organisation AS integer) AND s.ifi = :ifi
