-- The lines of components without a person and without a persona to make one for, or (`waits`) whose person is not there yet.
SELECT coalesce(j.line, k.component) AS line, k.component, k.person_id IS NOT NULL AS waits
FROM components AS k
LEFT JOIN linked_after_contests AS j USING (component)
WHERE NOT EXISTS (SELECT FROM targets AS t WHERE t.component = k.component)
  AND NOT EXISTS (SELECT FROM ids_from_holders AS h WHERE h.component = k.component)
