-- A page of the list, and in each of its rows how many changes of each kind there are in all. One row at least: where the page
-- has none, without an action.
SELECT k.by_action, l.*
FROM (
    SELECT coalesce(jsonb_object_agg(c.action, c.changes), '{}') AS by_action
    FROM (SELECT action, count(*) AS changes FROM changes GROUP BY action) AS c
) AS k
LEFT JOIN listed AS l ON true
