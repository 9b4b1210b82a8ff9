-- The new ones, in the order of the key.
-- statistics (agent, activity, voids)
SELECT s.*
FROM staged_statements AS s
WHERE NOT EXISTS (SELECT FROM not_new AS n WHERE n.place = s.place)
  AND NOT EXISTS (SELECT FROM left_out AS x WHERE x.place = s.place)
ORDER BY s.id
