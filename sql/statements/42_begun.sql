-- Of the known personas those whose spells may leave gaps.
SELECT g.agent, a.known_id AS persona_id, a.since, a.known_name, a.name, a.named_place
FROM agents AS a
JOIN staged_agents AS g USING (ifi)
WHERE a.known_id IS NOT NULL AND a.since > '-infinity'
