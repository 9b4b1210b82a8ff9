-- A persona that nobody has named yet takes the agent's name.
SELECT known_id AS id, name AS agent_name
FROM agents
WHERE known_id IS NOT NULL AND known_name IS NULL AND name IS NOT NULL
