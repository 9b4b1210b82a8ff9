-- All that is wrong with cells: what reading found, and warnings that are to reject and only show beside other lines, or
-- beside who is there already.
SELECT line, place, code, value, detail FROM staged_problems
UNION ALL
SELECT line, place, 'shared_mbox', value, NULL
FROM shared_mboxes
WHERE :rejects_shared_mboxes
UNION ALL
SELECT line, place, 'near_miss', value, existing FROM rejected_near_misses
