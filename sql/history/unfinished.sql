-- The runs of which somebody has said no more than that they are committed; with when that was: a run of statements over HTTP goes
-- on for a day, and says so again and again.
SELECT id, ended_at FROM imports WHERE organisation_id = :organisation AND state = 'committed'
