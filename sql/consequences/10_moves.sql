-- Which personas change person, and since when they are the other's. taken: from somebody with another custom_id; else claimed
-- from somebody without one, or from nobody. splits: the one who has it keeps what was before.
SELECT
    c.persona_id, c.ifi, c.line, c.said_in, c.holder_id AS from_id, t.person_id AS to_id,
    EXISTS (SELECT FROM takeovers AS o WHERE o.line = c.line AND o.place = c.place) AS taken,
    c.began_at, c.begins_at, c.splits
FROM claims_on_known AS c
JOIN targets AS t USING (component)
WHERE c.holder_id IS DISTINCT FROM t.person_id
