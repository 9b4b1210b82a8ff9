-- A persona that nobody has named yet takes the agent's name; so with whether it is an Agent or a Group.
SELECT known_id AS id, coalesce(known_name, name) AS agent_name, coalesce(known_object_type, object_type) AS object_type
FROM agents
WHERE known_id IS NOT NULL
  AND (known_name IS NULL AND name IS NOT NULL OR known_object_type IS NULL AND object_type IS NOT NULL)
