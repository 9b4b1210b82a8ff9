-- A component without a persona whose customId nobody has waits for one; but if it lost a persona above, it is
-- rejected for that.
CREATE TEMP TABLE waiting ON COMMIT DROP AS
SELECT coalesce(j.line, k.component) AS line, k.component
FROM components AS k
LEFT JOIN joined AS j ON j.component = k.component
WHERE k.person_id IS NULL
  AND NOT EXISTS (SELECT FROM claims AS c WHERE c.component = k.component);

WITH lost AS (
    SELECT DISTINCT ON (w.component) w.component, o.ifi, o.place, o.why
    FROM passed_over AS o
    JOIN waiting AS w USING (line)
    WHERE o.why <> 'repeated'
    ORDER BY w.component, o.why, o.line, o.place
)
INSERT INTO rejects (line, code, place, value)
SELECT
    w.line,
    CASE l.why WHEN 'takeover' THEN 'takeover_left_nothing' WHEN 'pinned' THEN 'pin_left_nothing' ELSE 'contested' END,
    o.place, l.ifi
FROM lost AS l
JOIN waiting AS w USING (component)
LEFT JOIN passed_over AS o ON o.line = w.line AND o.ifi = l.ifi;

DELETE FROM waiting AS w USING rejects AS r WHERE r.line = w.line;
ANALYZE waiting;
ANALYZE rejects;
