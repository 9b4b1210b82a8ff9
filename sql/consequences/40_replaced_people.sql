-- With --personas replace: the targets whose lines keep a persona.
SELECT DISTINCT t.person_id
FROM staged_claims AS c
LEFT JOIN linked_after_contests AS j ON j.line = c.line
JOIN targets AS t ON t.component = coalesce(j.component, c.line) AND t.how <> 'new'
WHERE :personas = 'replace'
  AND NOT EXISTS (SELECT FROM passed_over AS o WHERE o.line = c.line AND o.place = c.place)
