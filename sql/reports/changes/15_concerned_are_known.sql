-- What the planner should know of those whom an import concerns.
ANALYZE concerned
