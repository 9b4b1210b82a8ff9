-- The tables among some in which the planner expects nothing of the organisation, for it has met only others when it last
-- looked at them; with from how many rows on it meets it.
SELECT c.relname AS name, CAST(greatest(1000, c.reltuples / 100) AS bigint) AS enough
FROM unnest(CAST(:tables AS text[])) AS t (name)
JOIN pg_class AS c ON c.oid = to_regclass(quote_ident(t.name))
JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_stats AS s ON s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = 'organisation_id'
WHERE s.n_distinct BETWEEN 0 AND cardinality(s.most_common_freqs)
  AND :organisation <> ALL (CAST(CAST(s.most_common_vals AS text) AS bigint[]))
