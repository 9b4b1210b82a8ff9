-- Which personas change person. taken: from somebody with another customId; else claimed from somebody without one.
CREATE TEMP TABLE moves ON COMMIT DROP AS
SELECT
    c.persona_id, c.ifi, c.line, c.said_at, c.holder_id AS from_id, t.person_id AS to_id,
    EXISTS (SELECT FROM takeovers AS o WHERE o.line = c.line AND o.place = c.place) AS taken
FROM claims AS c
JOIN targets AS t USING (component)
WHERE c.persona_id IS NOT NULL AND c.holder_id <> t.person_id;
ANALYZE moves;
