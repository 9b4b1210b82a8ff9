-- The tables that the foreign keys of some tables lean on.
SELECT DISTINCT c.relname AS name
FROM unnest(CAST(:tables AS text[])) AS t (name)
JOIN pg_constraint AS k ON k.contype = 'f' AND k.conrelid = to_regclass(quote_ident(t.name))
JOIN pg_class AS c ON c.oid = k.confrelid
