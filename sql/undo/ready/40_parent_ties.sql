-- Which group is below which, by any source's word, where that word is about to change; with whether somebody is in it, or
-- in a group below it.
SELECT
    u.group_id, u.parent_id,
    u.how = 'delete'
        OR EXISTS (SELECT FROM group_parents AS g
                   WHERE g.organisation_id = :organisation AND g.group_id = u.group_id AND g.parent_id = u.parent_id)
        AS tied,
    p.group_id IS NOT NULL AS peopled
FROM clear_parents AS u
LEFT JOIN peopled_groups AS p USING (group_id)
