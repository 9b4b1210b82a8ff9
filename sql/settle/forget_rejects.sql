-- Row by row, the rejects of a source's imports before this one are forgotten when all its lines are through.
DELETE FROM source_rejects
WHERE organisation_id = :organisation AND source_id = :source AND import_id <> :import
  AND import_id NOT IN (SELECT id FROM imports WHERE organisation_id = :organisation AND command NOT IN ('import-people', 'migrate'))
