-- Which lines share a key and belong together after contests have been decided, each with its component. Where one was,
-- personas link only lines that name one custom_id: so there is a component for each custom_id, and a line without one is
-- alone.
SELECT k.line, k.component, k.custom_id
FROM linked_lines AS k
WHERE :contested = 'reject' OR NOT EXISTS (SELECT FROM contested_components AS c WHERE c.component = k.component)
UNION ALL
SELECT
    k.line,
    CASE WHEN k.custom_id IS NULL THEN k.line ELSE min(k.line) OVER (PARTITION BY k.component, k.custom_id) END,
    k.custom_id
FROM contested_components AS c
JOIN linked_lines AS k USING (component)
WHERE :contested <> 'reject'
