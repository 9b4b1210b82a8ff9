-- What the planner should know of the people's figures.
ANALYZE totals
