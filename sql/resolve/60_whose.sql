-- A component whose lines name no customId has the one that the present holders of its personas have; where these
-- have two, nobody can say whose it is.
CREATE TEMP TABLE holders ON COMMIT DROP AS
SELECT
    c.component, min(h.custom_id) AS custom_id, min(h.custom_id) <> max(h.custom_id) AS ambiguous,
    (array_agg(c.ifi ORDER BY c.line, c.place))[1] AS ifi,
    max(h.custom_id) AS other
FROM run
CROSS JOIN components AS k
JOIN claims AS c USING (component)
JOIN people AS h ON h.organisation_id = run.organisation_id AND h.id = c.holder_id
WHERE k.stated IS NULL AND h.custom_id IS NOT NULL
GROUP BY c.component;
ANALYZE holders;

UPDATE components AS k
SET custom_id = h.custom_id, person_id = p.id
FROM holders AS h
CROSS JOIN run
JOIN people AS p ON p.organisation_id = run.organisation_id AND p.custom_id = h.custom_id
WHERE h.component = k.component AND NOT h.ambiguous;

INSERT INTO rejects (line, code, value, others)
SELECT l.line, 'ambiguous', h.custom_id || ' and ' || h.other, '{}'
FROM holders AS h
JOIN (
    SELECT component AS line, component FROM holders
    UNION
    SELECT line, component FROM joined
) AS l USING (component)
WHERE h.ambiguous;

DELETE FROM claims AS c USING holders AS h WHERE h.ambiguous AND h.component = c.component;
DELETE FROM components AS k USING holders AS h WHERE h.ambiguous AND h.component = k.component;
