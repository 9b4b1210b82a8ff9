-- The people whom rejected lines name: nothing is taken away from them. Whose a persona is counts after the moves, so
-- that importing the same lines again protects the same people.
CREATE TEMP TABLE protected ON COMMIT DROP AS
SELECT p.id AS person_id
FROM rejects AS r
CROSS JOIN run
JOIN staged_lines AS l USING (line)
CROSS JOIN LATERAL (VALUES (l.custom_id), (l.previous_custom_id)) AS n (custom_id)
JOIN people AS p ON p.organisation_id = run.organisation_id AND p.custom_id = n.custom_id
UNION
SELECT coalesce(t.person_id, p.person_id)
FROM rejects AS r
CROSS JOIN run
JOIN staged_claims AS c USING (line)
LEFT JOIN claims AS k ON k.ifi = c.ifi
LEFT JOIN targets AS t ON t.component = k.component
LEFT JOIN personas AS p ON p.organisation_id = run.organisation_id AND p.ifi = c.ifi
WHERE coalesce(t.person_id, p.person_id) IS NOT NULL;
ANALYZE protected;

-- Of them a line may not have been carried out whole: it must be looked at again.
UPDATE given AS g
SET print_a = NULL, print_b = NULL
FROM protected AS p
WHERE p.person_id = g.person_id;
