-- What this source said last, line by line, where nothing else has happened since.
SELECT fingerprint_a, fingerprint_b
FROM source_people
WHERE organisation_id = :organisation AND source_id = :source AND fingerprint_a IS NOT NULL
