-- Look at a table, for the planner.
SELECT look_at(to_regclass(quote_ident(:name)))
