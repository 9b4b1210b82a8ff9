-- All people who have, or ever had, a custom_id: by the history, or as the one that they have lost.
SELECT s.id
FROM person_states AS s
WHERE s.organisation_id = CAST(:organisation AS integer) AND s.custom_id = :custom_id
UNION
SELECT p.id
FROM people AS p
WHERE p.organisation_id = CAST(:organisation AS integer) AND p.former_custom_id = :custom_id
