-- The tables among some that have more than four pages: what has less is read at once, whatever the planner takes it for, and
-- has no thousand rows.
SELECT t.name
FROM unnest(CAST(:tables AS text[])) AS t (name)
WHERE pg_relation_size(to_regclass(quote_ident(t.name))) > 8192 * 4
