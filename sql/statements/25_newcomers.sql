-- A new agent makes a persona and a person of that one persona, named after the agent.
SELECT a.ifi, a.name, a.first_name, a.object_type, g.kind, g.near, g.as_written, row_number() OVER (ORDER BY a.place) AS nth
FROM agents AS a
JOIN staged_agents AS g USING (agent)
WHERE a.known_id IS NULL
