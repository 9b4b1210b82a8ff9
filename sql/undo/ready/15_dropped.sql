-- The personas that the import made and statements refer to by now, with the people who are made for them.
SELECT
    u.persona_id, u.ifi, u.agent_name, u.from_id, :set_apart_ids + row_number() OVER (ORDER BY u.persona_id) AS to_id,
    u.began_at, u.begins_at, u.begins_at <> u.began_at AS splits
FROM clear_personas AS u
WHERE u.how = 'release'
