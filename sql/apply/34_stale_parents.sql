-- Parents that go: with replace, what this source gave and no longer names, of groups to which its lines give any parent;
-- with <delete>, in any case; never those of groups that a rejected line names. And those that are wished away, whoever gave them.
SELECT g.group_id, g.parent_id, g.source_id
FROM (
    SELECT group_id FROM wanted_parents WHERE :groups = 'replace'
    UNION
    SELECT n.id FROM groups_with_cleared_parents AS c JOIN known_groups AS n USING (custom_id)
) AS w
JOIN group_parents AS g
    ON g.organisation_id = :organisation AND g.group_id = w.group_id AND g.source_id = :source
JOIN groups AS c ON c.organisation_id = :organisation AND c.id = g.group_id
WHERE NOT EXISTS (SELECT FROM said_parents AS s WHERE s.group_id = g.group_id AND s.parent_id = g.parent_id)
  AND NOT EXISTS (SELECT FROM groups_named_by_rejects AS k WHERE k.custom_id = c.custom_id)
UNION
SELECT g.group_id, g.parent_id, g.source_id
FROM parents_wished_away AS w
JOIN groups AS c ON c.organisation_id = :organisation AND c.custom_id = w.group_custom_id
JOIN groups AS p ON p.organisation_id = :organisation AND p.custom_id = w.parent_custom_id
JOIN group_parents AS g ON g.organisation_id = :organisation AND g.group_id = c.id AND g.parent_id = p.id
