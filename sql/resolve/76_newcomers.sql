-- Components that make a new person: those that claim anything, and go to nobody who is there.
SELECT k.component, row_number() OVER (ORDER BY k.component) AS nth
FROM components AS k
WHERE k.person_id IS NULL
  AND EXISTS (
    SELECT FROM claims AS c
    WHERE c.component = k.component
      AND NOT EXISTS (SELECT FROM withdrawn_claims AS w WHERE w.line = c.line AND w.place = c.place))
  AND NOT EXISTS (SELECT FROM told_by_holders AS o WHERE o.component = k.component)
  AND NOT EXISTS (SELECT FROM adoptions AS d
                  WHERE d.component = k.component AND (NOT d.adopts OR d.nth = 1))
