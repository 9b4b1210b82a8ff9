-- To whom each component's personas go: the person with its custom_id, the one who had it last, somebody without one, or
-- somebody new.
SELECT
    k.component, k.person_id, CASE WHEN f.component IS NULL THEN 'known' ELSE 'rehired' END AS how, k.stated,
    k.stated AS custom_id
FROM components AS k
LEFT JOIN former_ids AS f ON f.component = k.component
WHERE k.person_id IS NOT NULL
  AND NOT EXISTS (SELECT FROM counted_since AS a WHERE a.component = k.component AND a.waits)
UNION ALL
SELECT component, person_id, 'known', NULL, custom_id
FROM told_by_holders
UNION ALL
SELECT component, d.holder_id, CASE WHEN d.adopts THEN 'adopted' ELSE 'found' END, k.stated, k.stated
FROM adoptions AS d
JOIN components AS k USING (component)
WHERE NOT d.adopts OR d.nth = 1
UNION ALL
SELECT component, :newcomer_ids + n.nth, 'new', k.stated, k.stated
FROM newcomers AS n
JOIN components AS k USING (component)
