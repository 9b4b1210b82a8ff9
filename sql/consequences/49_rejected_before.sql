-- What this source's imports before have rejected: lines by their fingerprints, and why.
SELECT DISTINCT s.fingerprint_a, s.fingerprint_b, s.code
FROM source_rejects AS s
WHERE s.organisation_id = :organisation AND s.source_id = :source AND s.import_id <> :import
  AND (EXISTS (SELECT FROM rejects) OR EXISTS (SELECT FROM group_rejects))
