-- What an import did to groups' parents, row by row: was, stays: whether it was there before, and is there after.
SELECT
    c.group_id, c.parent_id, c.source_id,
    (c.before).organisation_id IS NOT NULL AS was, (c.after).organisation_id IS NOT NULL AS stays,
    CASE WHEN (c.after).said_in < :said_below THEN (c.after).said_in END AS said_in
FROM parent_changes AS c
WHERE c.organisation_id = :organisation
  AND c.import_id = :import
