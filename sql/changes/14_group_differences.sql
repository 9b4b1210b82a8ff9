-- What an import did to groups, row by row: was, stays: whether it was there before, and is there after.
SELECT
    c.id,
    (c.before).organisation_id IS NOT NULL AS was, (c.after).organisation_id IS NOT NULL AS stays,
    (c.before).custom_id AS old_custom_id, (c.after).custom_id AS custom_id,
    (c.before).name AS old_name, (c.after).name AS name,
    (c.before).type AS old_type, (c.after).type AS type,
    CASE WHEN (c.after).said_in < :said_below THEN (c.after).said_in END AS said_in
FROM group_changes AS c
WHERE c.organisation_id = :organisation
  AND c.import_id = :import
