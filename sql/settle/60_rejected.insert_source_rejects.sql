-- What this source's import rejects, for the next one to compare with, in the order of the key. (A wish is no line, and has
-- no print.)
SELECT DISTINCT :source AS source_id, :import AS import_id, x.fingerprint_a, x.fingerprint_b, x.code
FROM all_reject_reasons AS x
WHERE x.fingerprint_a IS NOT NULL
  AND NOT EXISTS (
    SELECT FROM source_rejects AS s
    WHERE s.organisation_id = :organisation AND s.source_id = :source AND s.import_id = :import
      AND s.fingerprint_a = x.fingerprint_a AND s.fingerprint_b = x.fingerprint_b AND s.code = x.code)
ORDER BY x.fingerprint_a, x.fingerprint_b, x.code
