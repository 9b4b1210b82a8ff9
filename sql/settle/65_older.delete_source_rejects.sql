-- What this source's imports before have rejected is forgotten. (A mended rejects file is not all of it; and imports of
-- people and of groups that have one source are compared with their own kind.)
SELECT s.source_id, s.import_id, s.fingerprint_a, s.fingerprint_b, s.code
FROM source_rejects AS s
WHERE :forgets_rejects
  AND s.organisation_id = :organisation AND s.source_id = :source AND s.import_id <> :import
  AND NOT EXISTS (
    SELECT
    FROM imports AS mine
    JOIN imports AS other ON other.organisation_id = :organisation AND other.command <> mine.command
    WHERE mine.organisation_id = :organisation AND mine.id = :import AND other.id = s.import_id)
