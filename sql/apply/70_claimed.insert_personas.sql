-- They are made, in the order of the files.
SELECT
    :claimed_ids + row_number() OVER (ORDER BY c.line, c.place) AS id, t.person_id, c.kind, c.ifi, c.near, c.as_written,
    c.agent_name, c.said_in
FROM claims AS c
JOIN targets AS t USING (component)
WHERE c.persona_id IS NULL
