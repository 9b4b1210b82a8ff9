-- All lines that are rejected once renames are known: those before, and those that a rename rejects.
SELECT line FROM rejected_after_contests
UNION ALL
SELECT line FROM rename_rejects
