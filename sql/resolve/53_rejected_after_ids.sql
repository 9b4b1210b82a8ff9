-- All lines that are rejected once ids have been looked at: those before, and those whose custom_id is perhaps not whose it
-- seems.
SELECT line FROM rejected_after_renames
UNION ALL
SELECT line FROM id_rejects
