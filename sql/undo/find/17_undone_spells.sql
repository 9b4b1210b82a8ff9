-- And of the spells that have ended.
SELECT
    c.persona_id, c.begins_at, (c.before).ends_at, (c.before).person_id,
    CASE WHEN (c.before).persona_id IS NULL THEN 'delete' WHEN s.persona_id IS NULL THEN 'insert' ELSE 'update' END AS how,
    s.person_id AS from_id,
    CASE WHEN (s.ends_at, s.person_id) IS DISTINCT FROM ((c.after).ends_at, (c.after).person_id) THEN 'changed' END AS conflict
FROM spell_changes AS c
LEFT JOIN closed_spells AS s
    ON s.organisation_id = :organisation AND s.persona_id = c.persona_id AND s.begins_at = c.begins_at
WHERE c.organisation_id = :organisation AND c.import_id = (SELECT CAST(:undone AS bigint))
  AND (s.ends_at, s.person_id) IS DISTINCT FROM ((c.before).ends_at, (c.before).person_id)
