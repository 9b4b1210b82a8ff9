-- The people whom rejected lines name: nothing is taken away from them.
CREATE TEMP TABLE protected ON COMMIT DROP AS
SELECT p.id AS person_id
FROM rejects AS r
CROSS JOIN run
JOIN staged_lines AS l USING (line)
JOIN people AS p ON p.organisation_id = run.organisation_id AND p.custom_id = l.custom_id
UNION
SELECT p.person_id
FROM rejects AS r
CROSS JOIN run
JOIN staged_claims AS c USING (line)
JOIN personas AS p ON p.organisation_id = run.organisation_id AND p.ifi = c.ifi;
ANALYZE protected;
