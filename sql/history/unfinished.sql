-- The runs of which somebody has said no more than that they are committed.
SELECT id FROM imports WHERE organisation_id = :organisation AND state = 'committed'
