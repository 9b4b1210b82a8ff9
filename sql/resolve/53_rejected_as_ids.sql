-- The lines that are rejected so far.
SELECT line FROM rejected_as_renames
UNION ALL
SELECT line FROM id_rejects
