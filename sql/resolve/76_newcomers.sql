-- Components that make a new person: those that claim anything, or had it for a time, and go to nobody who is there.
SELECT k.component, row_number() OVER (ORDER BY k.component) AS nth
FROM components AS k
WHERE k.person_id IS NULL
  AND k.component IN (
    SELECT c.component
    FROM claims AS c
    WHERE NOT EXISTS (SELECT FROM withdrawn_claims AS w WHERE w.line = c.line AND w.place = c.place)
    UNION ALL
    SELECT e.component
    FROM said_spells AS e
    WHERE NOT EXISTS (SELECT FROM spells_of_others AS o WHERE o.line = e.line AND o.place = e.place))
  AND NOT EXISTS (SELECT FROM told_by_holders AS o WHERE o.component = k.component)
  AND NOT EXISTS (SELECT FROM adoptions AS d
                  WHERE d.component = k.component AND (NOT d.adopts OR d.nth = 1))
