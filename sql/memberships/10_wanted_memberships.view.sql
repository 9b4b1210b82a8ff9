-- The memberships that this source gives: the cells of a target add up.
SELECT t.person_id, g.id AS group_id, m.said_in
FROM staged_memberships AS m
LEFT JOIN linked_after_contests AS j ON j.line = m.line
JOIN targets AS t ON t.component = coalesce(j.component, m.line)
JOIN known_groups AS g ON g.custom_id = m.group_custom_id
WHERE NOT EXISTS (SELECT FROM emptied_people AS e WHERE e.person_id = t.person_id)
