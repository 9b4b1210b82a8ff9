-- Everybody's where a pin has changed, for whoever claims that persona is not known.
SELECT s.person_id, s.source_id, CAST(NULL AS bigint) AS fingerprint_a, CAST(NULL AS bigint) AS fingerprint_b
FROM source_people AS s
WHERE s.organisation_id = :organisation AND s.fingerprint_a IS NOT NULL AND EXISTS (SELECT FROM known_lines)
  AND EXISTS (SELECT FROM clear_personas AS u WHERE u.repins)
