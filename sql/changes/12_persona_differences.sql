-- What an import did to personas, row by row: was, stays: whether it was there before, and is there after.
SELECT
    c.id,
    (c.before).organisation_id IS NOT NULL AS was, (c.after).organisation_id IS NOT NULL AS stays,
    coalesce((c.after).ifi, (c.before).ifi) AS ifi,
    (c.before).person_id AS old_person_id, (c.after).person_id AS person_id,
    coalesce((c.before).pinned, false) AS was_pinned, coalesce((c.after).pinned, false) AS pinned,
    CASE WHEN (c.after).said_in < :said_below THEN (c.after).said_in END AS said_in
FROM persona_changes AS c
WHERE c.organisation_id = :organisation
  AND c.import_id = :import
