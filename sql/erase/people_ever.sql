-- Who had a custom_id, an id or an identifier, as far as the history knows.
SELECT s.id
FROM person_states AS s
WHERE s.organisation_id = CAST(:organisation AS integer)
  AND (s.custom_id = CAST(:custom_id AS text) OR s.former_custom_id = CAST(:custom_id AS text) AND s.replaced_by IS NULL)
UNION
SELECT s.id
FROM person_states AS s
WHERE s.organisation_id = CAST(:organisation AS integer) AND s.id = CAST(:id AS bigint)
UNION
SELECT s.person_id
FROM persona_states AS s
WHERE s.organisation_id = CAST(:organisation AS integer) AND s.ifi = CAST(:ifi AS text) AND s.person_id > 0
UNION
SELECT c.person_id
FROM persona_states AS s
JOIN spell_states AS c ON c.organisation_id = CAST(:organisation AS integer) AND c.persona_id = s.id
WHERE s.organisation_id = CAST(:organisation AS integer) AND s.ifi = CAST(:ifi AS text) AND c.person_id > 0
ORDER BY 1
