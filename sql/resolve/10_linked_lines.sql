-- Lines that share a key with another line, each with its component (the component's first line); every other line
-- is a component by itself and appears nowhere here.
SELECT k.line, k.component, l.custom_id
FROM line_components AS k
JOIN staged_lines AS l USING (line)
