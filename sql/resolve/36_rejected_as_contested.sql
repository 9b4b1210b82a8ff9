-- All lines that are rejected by now: those before, and those that a contest rejects.
SELECT line FROM rejected_as_bad
UNION ALL
SELECT line FROM contested_lines
UNION ALL
SELECT line FROM contest_losers
