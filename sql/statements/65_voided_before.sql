-- Statements from before that this chunk voids. What is voided already changes nothing.
SELECT s.id, s.persona_id
FROM (SELECT DISTINCT voids FROM new_statements WHERE voids IS NOT NULL) AS v
JOIN statements AS s ON s.organisation_id = :organisation AND s.id = v.voids AND s.voids IS NULL
WHERE NOT EXISTS (
    SELECT FROM statements AS o WHERE o.organisation_id = :organisation AND o.voids = s.id AND o.voids IS NOT NULL)
