-- The facts themselves; a statement without any time happened when it was loaded. In the order of the key.
INSERT INTO statements (organisation_id, id, persona_id, voids, activity_id, verb, completion, success, score, seconds,
                        at, digest, loaded_by)
SELECT
    run.organisation_id, n.id, a.persona_id, n.voids, o.activity_id, n.verb, n.completion, n.success, n.score,
    n.seconds, coalesce(n.at, now()), n.digest, run.import_id
FROM new_statements AS n
CROSS JOIN run
JOIN objects AS o USING (activity)
LEFT JOIN staged_agents AS g ON g.agent = n.agent
LEFT JOIN agents AS a ON a.ifi = g.ifi
ORDER BY n.id;
