-- Runs that were committed are finished; but for those that somebody writes to just now, or has written to since they ended so.
UPDATE imports
SET state = 'finished'
WHERE organisation_id = :organisation AND id IN (
    SELECT i.id
    FROM imports AS i
    JOIN unnest(CAST(:imports AS bigint[]), CAST(:ended AS timestamptz[])) AS r (id, ended_at) ON r.id = i.id
    WHERE i.organisation_id = :organisation AND i.state = 'committed' AND i.ended_at IS NOT DISTINCT FROM r.ended_at
    ORDER BY i.id
    FOR UPDATE OF i SKIP LOCKED)
