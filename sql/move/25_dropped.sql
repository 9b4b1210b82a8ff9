-- As the steps of an import know it.
SELECT
    l.persona_id, l.from_id, l.ifi, l.agent_name, :lonesome_ids + 1 AS to_id, l.begins_at AS began_at, l.begins_at,
    false AS splits, false AS goes
FROM lonesome AS l
