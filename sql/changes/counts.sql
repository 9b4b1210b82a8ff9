-- How many changes of each kind there are.
SELECT action, count(*) AS changes
FROM listed_changes
WHERE action <> 'leave'
GROUP BY action
ORDER BY action
