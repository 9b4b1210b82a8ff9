-- What an import did to memberships, row by row: was, stays: whether it was there before, and is there after.
-- concerned_people: as of people.
SELECT
    c.person_id, c.group_id, c.source_id,
    (c.before).organisation_id IS NOT NULL AS was, (c.after).organisation_id IS NOT NULL AS stays,
    CASE WHEN (c.after).said_in < :said_below THEN (c.after).said_in END AS said_in
FROM membership_changes AS c
WHERE c.organisation_id = :organisation
  AND c.import_id = :import
  AND ((c.before).organisation_id IS NOT NULL
       OR CAST(:concerned_people AS bigint[]) IS NULL OR c.person_id = ANY (CAST(:concerned_people AS bigint[])))
