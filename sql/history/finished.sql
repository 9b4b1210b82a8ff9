-- Runs that were committed are finished, if nothing is pending now.
UPDATE imports
SET state = 'finished'
WHERE organisation_id = :organisation AND id = ANY (CAST(:imports AS bigint[])) AND state = 'committed'
  AND NOT EXISTS (SELECT FROM pending WHERE organisation_id = :organisation)
