-- The columns of which the planner remembers one of these names, in whatever case, perhaps with more around it.
SELECT DISTINCT s.tablename AS name, s.schemaname AS schema, s.attname AS column, s.inherited
FROM pg_stats AS s
CROSS JOIN LATERAL unnest(
    CAST(CAST(s.most_common_vals AS text) AS text[]) || CAST(CAST(s.histogram_bounds AS text) AS text[])) AS v (value)
WHERE s.schemaname = ANY (current_schemas(false))
  AND EXISTS (
    SELECT FROM unnest(CAST(:names AS text[])) AS n (name)
    WHERE lower(v.value) = n.name OR length(n.name) > 3 AND position(n.name IN lower(v.value)) > 0)
ORDER BY s.tablename, s.attname
