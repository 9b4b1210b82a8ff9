-- The tables among some that have more than doubled since the planner last looked at them.
SELECT c.relname AS name
FROM unnest(CAST(:tables AS text[])) AS t (name)
JOIN pg_class AS c ON c.oid = to_regclass(quote_ident(t.name))
WHERE pg_relation_size(c.oid) > 8192 * (16 + 2 * CAST(greatest(c.relpages, 0) AS bigint))
