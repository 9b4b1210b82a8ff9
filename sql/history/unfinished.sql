-- The runs of which somebody has said no more than that they are committed; those that nobody writes to just now, and whom nobody
-- does until the transaction ends.
SELECT id FROM imports WHERE organisation_id = :organisation AND state = 'committed' ORDER BY id FOR UPDATE SKIP LOCKED
