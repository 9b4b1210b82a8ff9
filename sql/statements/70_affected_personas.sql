-- The personas whose interactions change.
SELECT o.persona_id
FROM new_statements AS n
JOIN owners AS o USING (agent)
WHERE n.voids IS NULL AND NOT EXISTS (SELECT FROM voided AS v WHERE v.id = n.id)
UNION
SELECT persona_id FROM voided_before WHERE persona_id IS NOT NULL
