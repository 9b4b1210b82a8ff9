-- The lines that are rejected so far.
SELECT line FROM bad_lines
UNION ALL
SELECT line FROM linked_to_bad
