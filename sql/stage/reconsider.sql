-- Lines that were skipped as unchanged and are staged after all.
DELETE FROM unchanged_lines AS u
USING reconsidered AS r
WHERE r.line = u.line
