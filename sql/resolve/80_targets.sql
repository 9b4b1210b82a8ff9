-- To whom each component's personas go: the person with its custom_id, somebody without one, or somebody new.
SELECT component, person_id, 'known' AS how, stated, stated AS custom_id
FROM components
WHERE person_id IS NOT NULL
UNION ALL
SELECT component, person_id, 'known', NULL, custom_id
FROM owned
UNION ALL
SELECT component, d.holder_id, CASE WHEN d.adopts THEN 'adopted' ELSE 'found' END, k.stated, k.stated
FROM candidates AS d
JOIN components AS k USING (component)
WHERE NOT d.adopts OR d.nth = 1
UNION ALL
SELECT component, :newcomer_ids + n.nth, 'new', k.stated, k.stated
FROM newcomers AS n
JOIN components AS k USING (component)
