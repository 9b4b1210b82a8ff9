-- With --contested reject, the lines that are rejected: every line of a contested component. It names the key that most
-- lines fight over, for a line without such a key the fight of its component.
WITH worst AS (
    SELECT DISTINCT ON (component) component, ifi, rivals, lines
    FROM contested_keys
    ORDER BY component, rivals DESC, ifi
), own AS (
    SELECT DISTINCT ON (c.line) c.line, c.place, c.ifi, c.rivals, f.lines
    FROM contested_claims AS c
    JOIN contested_keys AS f USING (ifi)
    WHERE NOT c.agreed
    ORDER BY c.line, c.rivals DESC, c.place
)
SELECT
    k.line, own.place, coalesce(own.ifi, worst.ifi) AS value,
    (array_remove(coalesce(own.lines, worst.lines), k.line))[1:5] AS others,
    greatest(coalesce(own.rivals - 1, worst.rivals) - 5, 0) AS more
FROM contested_components AS c
JOIN linked_lines AS k USING (component)
LEFT JOIN own ON own.line = k.line
LEFT JOIN worst ON worst.component = k.component
WHERE :contested = 'reject'
