-- All personas that are, or ever were, with these people.
SELECT s.id
FROM persona_states AS s
WHERE s.organisation_id = CAST(:organisation AS integer) AND s.person_id = ANY (CAST(:people AS bigint[]))
UNION
SELECT s.persona_id
FROM spell_states AS s
WHERE s.organisation_id = CAST(:organisation AS integer) AND s.person_id = ANY (CAST(:people AS bigint[]))
