-- Look at a table, for the planner: its statistics are made anew.
SELECT look_at(to_regclass(quote_ident(:name)))
