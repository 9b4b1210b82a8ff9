-- Lines that are rejected since they have lost everything they named, and have no custom_id: they name nobody.
SELECT DISTINCT ON (j.line)
    j.line, c.place, c.ifi AS value, (array_remove(f.lines, j.line))[1:5] AS others,
    greatest(f.rivals - 1 - 5, 0) AS more
FROM contested_claims AS c
JOIN linked_after_contests AS j USING (line)
LEFT JOIN contested_keys AS f USING (ifi)
WHERE j.custom_id IS NULL
  AND NOT EXISTS (
    SELECT FROM staged_claims AS s
    WHERE s.line = j.line AND NOT EXISTS (SELECT FROM lost_claims AS p WHERE p.line = s.line AND p.place = s.place))
  AND EXISTS (SELECT FROM lost_claims AS p WHERE p.line = j.line)
ORDER BY j.line, c.rivals DESC, c.place
