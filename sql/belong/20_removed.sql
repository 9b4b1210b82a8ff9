-- What it no longer gives goes where that was asked for, never from people whom a rejected line names, and, unless they are
-- kept, from those who have left.
SELECT m.person_id, m.group_id, m.source_id
FROM given AS g
JOIN memberships AS m
    ON m.organisation_id = :organisation AND m.person_id = g.person_id AND m.source_id = :source
WHERE g.clears_groups
  AND NOT EXISTS (SELECT FROM desired AS d WHERE d.person_id = m.person_id AND d.group_id = m.group_id)
  AND NOT EXISTS (SELECT FROM protected AS s WHERE s.person_id = m.person_id)
UNION ALL
SELECT m.person_id, m.group_id, m.source_id
FROM leavers AS l
JOIN memberships AS m
    ON m.organisation_id = :organisation AND m.person_id = l.person_id AND m.source_id = :source
WHERE :leavers <> 'keep'
