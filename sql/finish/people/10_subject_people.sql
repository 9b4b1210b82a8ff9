-- A bounded number of people whose personas, or their records, changed.
SELECT DISTINCT subject_id AS id
FROM pending
WHERE organisation_id = :organisation AND subject = 'person' AND id <= :newest
ORDER BY id
LIMIT :most
