-- All lines that are rejected once contests are decided: those before, and those that a contest rejects.
SELECT line FROM rejected_after_bad
UNION ALL
SELECT line FROM contested_lines
UNION ALL
SELECT line FROM contest_losers
