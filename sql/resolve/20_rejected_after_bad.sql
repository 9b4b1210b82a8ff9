-- All lines that are rejected once bad ones are known: they, and those that belong with them.
SELECT line FROM bad_lines
UNION ALL
SELECT line FROM linked_to_bad
