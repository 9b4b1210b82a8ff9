-- What the planner should know of whom a report is about.
ANALYZE scope
