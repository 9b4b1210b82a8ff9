-- A bounded number of personas whose statements changed.
SELECT DISTINCT subject_id AS id
FROM pending
WHERE organisation_id = :organisation AND subject = 'persona' AND id <= :newest
ORDER BY id
LIMIT :most
