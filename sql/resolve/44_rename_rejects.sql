-- The lines that are rejected for a rename: those that contradict with their components, for the first of what contradicts
-- any line of these.
SELECT DISTINCT ON (j.line) j.line, j.value, j.detail
FROM (
    SELECT line, value, detail FROM rename_faults WHERE component IS NULL
    UNION ALL
    SELECT m.line, c.value, c.detail
    FROM (
        SELECT DISTINCT ON (component) component, value, detail
        FROM rename_faults
        WHERE component IS NOT NULL
        ORDER BY component, detail, value
    ) AS c
    JOIN linked_after_contests AS m USING (component)
) AS j
WHERE NOT EXISTS (SELECT FROM rejected_after_contests AS r WHERE r.line = j.line)
ORDER BY j.line, j.detail
