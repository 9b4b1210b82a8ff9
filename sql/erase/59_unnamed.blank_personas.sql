-- What somebody else has now is not called as they were.
SELECT h.persona_id AS id, h.agent_name
FROM shared_personas AS h
JOIN personas AS p ON p.organisation_id = :organisation AND p.id = h.persona_id
WHERE NOT h.is_theirs AND p.agent_name IS DISTINCT FROM h.agent_name
