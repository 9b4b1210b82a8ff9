-- The lines of those of which nobody can say.
SELECT coalesce(j.line, h.component) AS line, h.component, h.several AS value
FROM holders AS h
LEFT JOIN joined AS j USING (component)
WHERE h.ambiguous
