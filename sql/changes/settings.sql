-- Of changes that are read and not put down, the planner does not know how many they are, and fresh versions no ANALYZE has seen:
-- they are joined in ways that cost what there is to join, however many, and not by looking for each in all of the others.
SET LOCAL enable_nestloop = off
