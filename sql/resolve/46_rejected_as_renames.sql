-- The lines that are rejected so far.
SELECT line FROM rejected_as_contested
UNION ALL
SELECT line FROM rename_rejects
