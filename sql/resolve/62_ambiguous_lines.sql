-- The lines of components without a custom_id whose personas two people with one hold: nobody can say whose these are.
SELECT coalesce(j.line, h.component) AS line, h.component, h.several AS value
FROM ids_from_holders AS h
LEFT JOIN linked_after_contests AS j USING (component)
WHERE h.ambiguous
