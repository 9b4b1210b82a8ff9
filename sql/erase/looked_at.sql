-- The columns of which the planner remembers one of these names, in whatever case, perhaps with more around it; and whether their
-- tables have no row, as far as it knows.
SELECT DISTINCT s.tablename AS name, s.schemaname AS schema, s.attname AS column, s.inherited, c.reltuples = 0 AS is_empty
FROM pg_stats AS s
JOIN pg_class AS c ON c.oid = to_regclass(quote_ident(s.schemaname) || '.' || quote_ident(s.tablename))
CROSS JOIN LATERAL unnest(
    CAST(CAST(s.most_common_vals AS text) AS text[]) || CAST(CAST(s.histogram_bounds AS text) AS text[])) AS v (value)
WHERE s.schemaname = ANY (current_schemas(false))
  AND EXISTS (
    SELECT FROM unnest(CAST(:names AS text[])) AS n (name)
    WHERE lower(v.value) = n.name OR length(n.name) > 3 AND position(n.name IN lower(v.value)) > 0)
ORDER BY s.tablename, s.attname
