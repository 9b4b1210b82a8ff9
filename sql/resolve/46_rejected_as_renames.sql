-- All lines that are rejected by now: those before, and those that a rename rejects.
SELECT line FROM rejected_as_contested
UNION ALL
SELECT line FROM rename_rejects
