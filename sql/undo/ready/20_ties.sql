-- Who is in which group, and which group below which, by any source's word, where that word is about to change; of a group
-- also whether somebody is in it or below it.
CREATE TEMP TABLE ties ON COMMIT DROP AS
SELECT
    u.person_id, u.group_id,
    u.how = 'delete'
        OR EXISTS (SELECT FROM memberships AS m
                   WHERE m.organisation_id = run.organisation_id AND m.person_id = u.person_id
                     AND m.group_id = u.group_id) AS tied
FROM undone_memberships AS u
CROSS JOIN run;

CREATE TEMP TABLE parent_ties ON COMMIT DROP AS
SELECT
    u.group_id, u.parent_id,
    u.how = 'delete'
        OR EXISTS (SELECT FROM group_parents AS g
                   WHERE g.organisation_id = run.organisation_id AND g.group_id = u.group_id
                     AND g.parent_id = u.parent_id) AS tied,
    p.group_id IS NOT NULL AS peopled
FROM undone_parents AS u
CROSS JOIN run
LEFT JOIN peopled AS p USING (group_id)
WHERE EXISTS (SELECT FROM undone_parents);
ANALYZE ties;
ANALYZE parent_ties;
