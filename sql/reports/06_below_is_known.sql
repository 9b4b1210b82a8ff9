-- What the planner should know of these groups: of a recursion it expects too much.
ANALYZE below
