-- What this source said last, line by line, where nothing else has happened since, and of whom.
SELECT fingerprint_a, fingerprint_b, person_id
FROM source_people
WHERE organisation_id = :organisation AND source_id = :source AND fingerprint_a IS NOT NULL
