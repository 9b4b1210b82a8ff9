-- New statements have the persona that their agent names, or none.
SELECT n.id, g.ifi
FROM new_statements AS n
LEFT JOIN staged_agents AS g USING (agent)
EXCEPT
SELECT s.id, p.ifi
FROM new_statements AS n
JOIN statements AS s ON s.organisation_id = :organisation AND s.id = n.id
LEFT JOIN personas AS p ON p.organisation_id = :organisation AND p.id = s.persona_id
