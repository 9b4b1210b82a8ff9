-- What stays was not called as they were.
SELECT v.replaced_by, v.id, h.agent_name
FROM shared_personas AS h
JOIN persona_versions AS v ON v.organisation_id = :organisation AND v.id = h.persona_id
WHERE v.agent_name IS DISTINCT FROM h.agent_name
