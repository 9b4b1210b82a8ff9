-- Agents who were erased.
SELECT g.agent, g.ifi
FROM erasure_keys AS k
CROSS JOIN staged_agents AS g
JOIN erased_ids AS e ON e.organisation_id = :organisation AND e.hash = sha256(k.key || convert_to('i' || g.ifi, 'UTF8'))
WHERE k.organisation_id = :organisation
