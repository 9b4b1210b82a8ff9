-- The persona of each agent as it was written.
SELECT g.agent, coalesce(a.known_id, :new_persona_ids + n.nth) AS persona_id
FROM agents AS a
JOIN staged_agents AS g USING (ifi)
LEFT JOIN newcomers AS n USING (ifi)
