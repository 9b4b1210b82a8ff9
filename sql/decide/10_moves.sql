-- Which personas change person. taken: from somebody with another custom_id; else claimed from somebody without one.
SELECT
    c.persona_id, c.ifi, c.line, c.said_in, c.holder_id AS from_id, t.person_id AS to_id,
    EXISTS (SELECT FROM takeovers AS o WHERE o.line = c.line AND o.place = c.place) AS taken
FROM contenders AS c
JOIN targets AS t USING (component)
WHERE c.holder_id <> t.person_id
