-- The custom_ids of whom lines speak that were understood: as theirs, or as previous ones, also of lines that are known already.
SELECT k.stated AS custom_id FROM components AS k WHERE k.stated IS NOT NULL
UNION ALL
SELECT l.previous_custom_id
FROM staged_lines AS l
WHERE l.previous_custom_id IS NOT NULL AND NOT EXISTS (SELECT FROM rejected_after_ids AS r WHERE r.line = l.line)
UNION ALL
SELECT r.previous_custom_id FROM unchanged_renames AS r
