-- What an import did to people, row by row: was, stays: whether it was there before, and is there after.
-- Of what is new only what is about the people `concerned_people` is looked for; null: all of it, for which everybody is read.
-- said_in is null where no line of the import's own files says so (of an undo, of another's).
SELECT
    c.id,
    (c.before).organisation_id IS NOT NULL AS was, (c.after).organisation_id IS NOT NULL AS stays,
    (c.before).custom_id AS old_custom_id, (c.after).custom_id AS custom_id,
    (c.before).name AS old_name, (c.after).name AS name,
    (c.before).image_url AS old_image_url, (c.after).image_url AS image_url,
    CASE WHEN (c.after).said_in < :said_below THEN (c.after).said_in END AS said_in
FROM person_changes AS c
WHERE c.organisation_id = :organisation
  AND c.import_id = :import
  AND ((c.before).organisation_id IS NOT NULL
       OR CAST(:concerned_people AS bigint[]) IS NULL OR c.id = ANY (CAST(:concerned_people AS bigint[])))
