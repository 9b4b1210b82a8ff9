-- What the planner should know of the groups that a report shows.
ANALYZE run, subjects
