-- The tables among some in which the planner expects no row with a value in a column, for it has met only others when it last
-- looked at them; with how many rows it knows of.
SELECT c.relname AS name, CAST(greatest(c.reltuples, 0) AS bigint) AS rows
FROM unnest(CAST(:tables AS text[])) AS t (name)
JOIN pg_class AS c ON c.oid = to_regclass(quote_ident(t.name))
JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_stats AS s ON s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = :column
WHERE s.n_distinct BETWEEN 0 AND cardinality(s.most_common_freqs)
  AND :value <> ALL (CAST(CAST(s.most_common_vals AS text) AS bigint[]))
