-- Groups that the import made and that have something by now that it has not put there itself: who is in them, what is below
-- or above them, what sources said of them.
SELECT m.group_id
FROM undone_groups AS d
JOIN memberships AS m
    ON m.organisation_id = :organisation AND m.group_id = d.group_id
    AND m.changed_by IS DISTINCT FROM (SELECT CAST(:undone AS bigint))
LEFT JOIN undone_memberships AS u
    ON u.person_id = m.person_id AND u.group_id = m.group_id AND u.source_id = m.source_id AND u.how = 'delete'
WHERE d.how = 'delete' AND d.conflict IS NULL AND u.person_id IS NULL
UNION
SELECT d.group_id
FROM undone_groups AS d
JOIN group_parents AS g ON g.organisation_id = :organisation AND d.group_id IN (g.group_id, g.parent_id)
LEFT JOIN undone_parents AS u
    ON u.group_id = g.group_id AND u.parent_id = g.parent_id AND u.source_id = g.source_id AND u.how = 'delete'
WHERE d.how = 'delete' AND d.conflict IS NULL AND u.group_id IS NULL
UNION
SELECT s.group_id
FROM undone_groups AS d
JOIN source_groups AS s ON s.organisation_id = :organisation AND s.group_id = d.group_id
LEFT JOIN undone_group_sayings AS u ON u.group_id = s.group_id AND u.source_id = s.source_id AND u.how = 'delete'
WHERE d.how = 'delete' AND d.conflict IS NULL AND u.group_id IS NULL
