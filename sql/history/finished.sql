-- Runs that were committed are finished; but for those that somebody writes to just now.
UPDATE imports
SET state = 'finished'
WHERE organisation_id = :organisation AND id IN (
    SELECT id FROM imports
    WHERE organisation_id = :organisation AND id = ANY (CAST(:imports AS bigint[])) AND state = 'committed'
    ORDER BY id
    FOR UPDATE SKIP LOCKED)
