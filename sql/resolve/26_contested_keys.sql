-- The keys that are fought over, and by which lines.
SELECT ifi, rivals, min(component) AS component, (array_agg(line ORDER BY line))[1:6] AS lines
FROM contested_claims
WHERE NOT agreed
GROUP BY ifi, rivals
