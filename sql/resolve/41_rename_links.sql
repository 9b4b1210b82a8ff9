-- What else fails when a rename to `of` does: the renames to its old custom_id, which is kept then; and what a rejected line
-- names as a previous custom_id, and nobody has, nobody gets, for the same line would be a rename the next time. (A chain
-- may be as long as the file: each link is looked up.)
-- index (of)
SELECT
    o.new AS of, r.new AS custom_id, r.old AS value,
    format('%s is not free, for it cannot become %s itself', r.new, o.new) COLLATE "C" AS detail
FROM renames AS o
JOIN renames AS r ON r.holder_id = o.person_id AND r.person_id IS NOT NULL
UNION ALL
SELECT r.new, r.old, r.old, format('%s is the previous custom_id of a line that is rejected', r.old)
FROM renames AS r
WHERE r.person_id IS NULL
