-- The facts themselves; a statement without any time happened when it was loaded. In the order of the key.
SELECT
    n.id, w.persona_id, n.voids, coalesce(o.known_id, :new_activity_ids + x.nth) AS activity_id, n.verb, n.completion,
    n.success, n.score, n.seconds, coalesce(n.at, now()) AS at, n.digest, :import AS loaded_by
FROM new_statements AS n
JOIN objects AS o ON o.activity = n.activity
LEFT JOIN new_objects AS x ON x.activity = n.activity
LEFT JOIN owners AS w ON w.agent = n.agent
ORDER BY n.id
