-- All lines that are rejected by now: those before, and those whose custom_id is perhaps not whose it seems.
SELECT line FROM rejected_as_renames
UNION ALL
SELECT line FROM id_rejects
