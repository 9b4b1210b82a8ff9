-- The tables among some that have more than doubled since the planner last looked at them, and those that it has never looked
-- at (a restored database has no statistics).
SELECT c.relname AS name
FROM unnest(CAST(:tables AS text[])) AS t (name)
JOIN pg_class AS c ON c.oid = to_regclass(quote_ident(t.name))
CROSS JOIN LATERAL (SELECT pg_relation_size(c.oid) AS bytes) AS s
WHERE s.bytes > 8192 * (4 + 2 * CAST(greatest(c.relpages, 0) AS bigint))
   OR s.bytes > 8192 * 16 AND NOT EXISTS (
       SELECT FROM pg_stats AS k
       JOIN pg_namespace AS n ON n.nspname = k.schemaname
       WHERE n.oid = c.relnamespace AND k.tablename = c.relname)
