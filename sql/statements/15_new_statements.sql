-- The new ones, in the order of the key.
-- statistics (agent, activity, voids)
SELECT s.*
FROM staged_statements AS s
WHERE NOT EXISTS (SELECT FROM not_new AS n WHERE n.place = s.place)
ORDER BY s.id
