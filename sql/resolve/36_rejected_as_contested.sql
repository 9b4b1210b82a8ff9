-- The lines that are rejected so far.
SELECT line FROM rejected_as_bad
UNION ALL
SELECT line FROM contested_lines
UNION ALL
SELECT line FROM contest_losers
