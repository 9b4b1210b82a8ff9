-- How large some tables are.
SELECT coalesce(sum(pg_relation_size(to_regclass(quote_ident(name)))), 0) AS bytes FROM unnest(CAST(:tables AS text[])) AS name
