-- The groups that somebody is in, or in a group below them, at the moment of asking. (Who asks says first, by an
-- EXISTS, that there is something to ask: where nothing has changed, nothing is walked.)
CREATE TEMP VIEW peopled AS
WITH RECURSIVE up (group_id) AS (
    SELECT g.id
    FROM run
    JOIN groups AS g ON g.organisation_id = run.organisation_id
    WHERE EXISTS (SELECT FROM memberships AS m WHERE m.organisation_id = run.organisation_id AND m.group_id = g.id)
    UNION
    SELECT g.parent_id
    FROM up
    CROSS JOIN run
    JOIN group_parents AS g ON g.organisation_id = run.organisation_id AND g.group_id = up.group_id
)
SELECT group_id FROM up;
