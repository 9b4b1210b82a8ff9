-- Personas that nobody has had are made, in the order of the files.
SELECT
    :new_persona_ids + row_number() OVER (ORDER BY c.line, c.place) AS id, t.person_id,
    coalesce(m.at, '-infinity') AS begins_at, c.kind, c.ifi, c.near, c.as_written, c.agent_name, c.object_type,
    coalesce(c.created, now()) AS created_at, c.said_in
FROM claims AS c
JOIN targets AS t USING (component)
LEFT JOIN moments AS m ON m.line = c.line AND m.place = c.place
WHERE c.persona_id IS NULL
  AND NOT EXISTS (SELECT FROM withdrawn_claims AS w WHERE w.line = c.line AND w.place = c.place)
