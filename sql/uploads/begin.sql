-- An upload is begun, unless it has ended.
UPDATE uploads
SET state = 'running', tries = tries + 1, started_at = coalesce(started_at, now())
WHERE organisation_id = :organisation AND id = :upload AND ended_at IS NULL
RETURNING id, undoes, file, mapping_name, mapping, options, notify, tries, import_id, sent_by, created_at
