-- An upload that has ended, or still waits, is forgotten, with what was kept of it.
DELETE FROM uploads
WHERE organisation_id = :organisation AND id = :upload AND (ended_at IS NOT NULL OR state = 'queued')
