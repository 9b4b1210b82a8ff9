-- The runs of which somebody has said no more than that they are committed; those that nobody writes to just now, and whom nobody
-- does until the transaction ends. None while anything is pending.
SELECT id
FROM imports
WHERE organisation_id = :organisation AND state = 'committed'
  AND NOT EXISTS (SELECT FROM pending WHERE organisation_id = :organisation)
ORDER BY id
FOR UPDATE SKIP LOCKED
