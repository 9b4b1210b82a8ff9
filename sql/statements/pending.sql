-- How many personas a load has marked, and nobody has recomputed yet.
SELECT count(DISTINCT subject_id) AS personas
FROM pending
WHERE organisation_id = :organisation AND subject = 'persona' AND caused_by = :import
