-- All lines that are rejected by now: bad ones, and who is linked to them.
SELECT line FROM bad_lines
UNION ALL
SELECT line FROM linked_to_bad
