-- Statements that this chunk voids, or that were voided before they came; and the personas whose interactions change.
-- A voiding statement is no interaction and cannot be voided (xAPI Data 2.3.2). What is voided already changes nothing.
CREATE TEMP TABLE voided ON COMMIT DROP AS
SELECT n.id
FROM new_statements AS n
CROSS JOIN run
WHERE n.voids IS NULL
  AND (EXISTS (SELECT FROM statements AS v WHERE v.organisation_id = run.organisation_id AND v.voids = n.id)
       OR EXISTS (SELECT FROM new_statements AS v WHERE v.voids = n.id));
ANALYZE voided;

CREATE TEMP TABLE voided_before ON COMMIT DROP AS
SELECT s.id, s.persona_id
FROM run
CROSS JOIN (SELECT DISTINCT voids FROM new_statements WHERE voids IS NOT NULL) AS v
JOIN statements AS s ON s.organisation_id = run.organisation_id AND s.id = v.voids AND s.voids IS NULL
WHERE NOT EXISTS (SELECT FROM statements AS o WHERE o.organisation_id = run.organisation_id AND o.voids = s.id);

CREATE TEMP TABLE affected_personas ON COMMIT DROP AS
SELECT a.persona_id
FROM new_statements AS n
JOIN staged_agents AS g USING (agent)
JOIN agents AS a USING (ifi)
WHERE n.voids IS NULL AND NOT EXISTS (SELECT FROM voided AS v WHERE v.id = n.id)
UNION
SELECT persona_id FROM voided_before WHERE persona_id IS NOT NULL;
