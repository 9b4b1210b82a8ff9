-- Personas that were deleted come back.
SELECT persona_id AS id, to_id AS person_id, begins_at, kind, ifi, near, as_written, agent_name, object_type, pinned, created_at
FROM clear_personas
WHERE how = 'insert'
