-- What an import did to personas, row by row: was, stays: whether it was there before, and is there after. since: the beginning of
-- the open spell, as a text; of one that begins with the import `import`. concerned_personas: as of people.
SELECT
    c.id,
    (c.before).organisation_id IS NOT NULL AS was, (c.after).organisation_id IS NOT NULL AS stays,
    coalesce((c.after).ifi, (c.before).ifi) AS ifi,
    (c.before).person_id AS old_person_id, (c.after).person_id AS person_id,
    (c.after).begins_at > (c.before).begins_at AND EXISTS (
        SELECT FROM spell_changes AS s
        WHERE s.organisation_id = :organisation AND s.import_id = :import AND s.persona_id = c.id
          AND (s.after).person_id = (c.before).person_id) AS is_split,
    CASE WHEN (c.before).begins_at > '-infinity'
         THEN replace(to_char((c.before).begins_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), '.000000', '') || 'Z' END AS old_since,
    CASE WHEN (c.after).begins_at = CAST(:moment AS timestamptz) THEN 'import'
         WHEN (c.after).begins_at > '-infinity'
         THEN replace(to_char((c.after).begins_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), '.000000', '') || 'Z' END AS since,
    coalesce((c.after).begins_at, (c.before).begins_at) AS begins_at,
    coalesce((c.before).pinned, false) AS was_pinned, coalesce((c.after).pinned, false) AS pinned,
    CASE WHEN (c.after).said_in < :said_below THEN (c.after).said_in END AS said_in
FROM persona_changes AS c
WHERE c.organisation_id = :organisation
  AND c.import_id = :import
  AND ((c.before).organisation_id IS NOT NULL
       OR CAST(:concerned_personas AS bigint[]) IS NULL OR c.id = ANY (CAST(:concerned_personas AS bigint[])))
