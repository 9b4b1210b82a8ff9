-- No parent comes back that would by now make a group its own ancestor.
WITH RECURSIVE coming AS (
    SELECT group_id, parent_id, source_id FROM clear_parents WHERE how = 'insert'
), edges AS (
    SELECT g.group_id, g.parent_id
    FROM group_parents AS g
    WHERE g.organisation_id = :organisation AND EXISTS (SELECT FROM coming)
      AND NOT EXISTS (SELECT FROM clear_parents AS u
                      WHERE u.group_id = g.group_id AND u.parent_id = g.parent_id AND u.source_id = g.source_id
                        AND u.how = 'delete')
    UNION
    SELECT group_id, parent_id FROM coming
), up (group_id, parent_id, at) AS (
    SELECT group_id, parent_id, parent_id FROM coming
    UNION
    SELECT u.group_id, u.parent_id, e.parent_id FROM up AS u JOIN edges AS e ON e.group_id = u.at WHERE u.at <> u.group_id
)
SELECT DISTINCT 'parent' AS what, r.group_id AS id, r.parent_id AS of_id, r.source_id, 'cycle' AS why
FROM up
JOIN coming AS r USING (group_id, parent_id)
WHERE up.at = up.group_id
