-- Components whose lines name two customIds would make one person of two; --contested decides.
CREATE TEMP TABLE contested ON COMMIT DROP AS
SELECT j.component
FROM joined AS j
WHERE NOT EXISTS (SELECT FROM rejects AS r WHERE r.line = j.line)
GROUP BY j.component
HAVING min(j.custom_id) <> max(j.custom_id);
ANALYZE contested;

-- What the lines of these components claim together; a key's rivals are the lines that claim it. `agreed`: all of
-- them name one and the same customId.
CREATE TEMP TABLE contested_claims ON COMMIT DROP AS
SELECT
    s.line, s.place, s.ifi, j.component, j.custom_id,
    count(*) OVER one AS rivals,
    max(s.line) OVER one AS last_line,
    count(j.custom_id) OVER one = count(*) OVER one
        AND min(j.custom_id) OVER one = max(j.custom_id) OVER one AS agreed
FROM contested AS c
JOIN joined AS j USING (component)
JOIN shared_claims AS s USING (line)
WINDOW one AS (PARTITION BY s.ifi);
ANALYZE contested_claims;

-- reject: every line of the component. It names the key that most lines fight over, for a line without such a
-- key the fight of its component.
CREATE TEMP TABLE fights ON COMMIT DROP AS
SELECT ifi, rivals, min(component) AS component, (array_agg(line ORDER BY line))[1:6] AS lines
FROM contested_claims
WHERE NOT agreed
GROUP BY ifi, rivals;

WITH worst AS (
    SELECT DISTINCT ON (component) component, ifi, rivals, lines
    FROM fights
    ORDER BY component, rivals DESC, ifi
), own AS (
    SELECT DISTINCT ON (c.line) c.line, c.place, c.ifi, c.rivals, f.lines
    FROM contested_claims AS c
    JOIN fights AS f USING (ifi)
    WHERE NOT c.agreed
    ORDER BY c.line, c.rivals DESC, c.place
)
INSERT INTO rejects (line, code, place, value, others, more)
SELECT
    j.line, 'contested', own.place, coalesce(own.ifi, worst.ifi),
    (array_remove(coalesce(own.lines, worst.lines), j.line))[1:5],
    greatest(coalesce(own.rivals - 1, worst.rivals) - 5, 0)
FROM run
JOIN contested AS c ON run.contested = 'reject'
JOIN joined AS j USING (component)
LEFT JOIN own ON own.line = j.line
LEFT JOIN worst ON worst.component = j.component;

-- last-line: a persona is kept only by the last line that claims it.
INSERT INTO passed_over (line, place, ifi, why)
SELECT c.line, c.place, c.ifi, 'later_line'
FROM run
JOIN contested_claims AS c ON run.contested = 'last-line' AND c.line <> c.last_line;

-- leave: a persona whose lines do not agree on a customId stays where it is.
INSERT INTO passed_over (line, place, ifi, why)
SELECT c.line, c.place, c.ifi, 'contested'
FROM run
JOIN contested_claims AS c ON run.contested = 'leave' AND NOT c.agreed;

-- Now personas link only lines that name one customId, so taking the components again means: one for each customId,
-- and a line without a customId is alone.
UPDATE joined AS j
SET component = again.component
FROM (
    SELECT j.line, CASE WHEN j.custom_id IS NULL THEN j.line
                        ELSE min(j.line) OVER (PARTITION BY j.component, j.custom_id) END AS component
    FROM contested AS c
    CROSS JOIN run
    JOIN joined AS j USING (component)
    WHERE run.contested <> 'reject'
) AS again
WHERE again.line = j.line;

-- A line that has lost everything it named names nobody.
ANALYZE passed_over;
INSERT INTO rejects (line, code, place, value, others, more)
SELECT DISTINCT ON (j.line)
    j.line, 'contested', c.place, c.ifi, (array_remove(f.lines, j.line))[1:5], greatest(f.rivals - 1 - 5, 0)
FROM run
JOIN contested_claims AS c ON run.contested <> 'reject'
JOIN joined AS j USING (line)
LEFT JOIN fights AS f USING (ifi)
WHERE j.custom_id IS NULL
  AND NOT EXISTS (
    SELECT FROM staged_claims AS s
    WHERE s.line = j.line AND NOT EXISTS (SELECT FROM passed_over AS p WHERE p.line = s.line AND p.place = s.place))
  AND EXISTS (SELECT FROM passed_over AS p WHERE p.line = j.line)
ORDER BY j.line, c.rivals DESC, c.place;
ANALYZE joined;
ANALYZE rejects;
ANALYZE passed_over;
