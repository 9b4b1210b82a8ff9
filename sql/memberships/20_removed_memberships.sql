-- Memberships that go. What this source no longer gives goes where that was asked for, never from people whom a rejected
-- line names, and, unless they are kept, from those who have left. Of whom exactly the line's are wished, all others go,
-- and groups that are wished away, whoever gave them. (+ 0: the source stands last in the key, and the planner takes finding it there for dearer than reading
-- the whole index.)
SELECT m.person_id, m.group_id, m.source_id
FROM given AS g
JOIN memberships AS m
    ON m.organisation_id = :organisation AND m.person_id = g.person_id AND m.source_id + 0 = :source
WHERE g.clears_groups
  AND NOT EXISTS (SELECT FROM wanted_memberships AS d WHERE d.person_id = m.person_id AND d.group_id = m.group_id)
  AND NOT EXISTS (SELECT FROM people_named_by_rejects AS s WHERE s.person_id = m.person_id)
UNION ALL
SELECT m.person_id, m.group_id, m.source_id
FROM wishes_of_one_person AS w
JOIN targets AS t ON t.component = w.line
JOIN memberships AS m ON m.organisation_id = :organisation AND m.person_id = t.person_id
WHERE w.exactly_groups
  AND NOT EXISTS (SELECT FROM wanted_memberships AS d WHERE d.person_id = m.person_id AND d.group_id = m.group_id)
UNION ALL
SELECT m.person_id, m.group_id, m.source_id
FROM groups_wished_away AS w
JOIN targets AS t ON t.component = w.line
JOIN groups AS g ON g.organisation_id = :organisation AND g.custom_id = w.group_custom_id
JOIN memberships AS m ON m.organisation_id = :organisation AND m.person_id = t.person_id AND m.group_id = g.id
UNION ALL
SELECT m.person_id, m.group_id, m.source_id
FROM leavers AS l
JOIN memberships AS m
    ON m.organisation_id = :organisation AND m.person_id = l.person_id AND m.source_id + 0 = :source
WHERE :leavers <> 'keep'
