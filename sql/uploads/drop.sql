-- An upload that has ended, or still waits, is forgotten, with what was kept of it; not while it is to be taken back.
DELETE FROM uploads
WHERE organisation_id = :organisation AND id = :upload AND (ended_at IS NOT NULL OR state = 'queued')
  AND NOT EXISTS (
    SELECT FROM uploads AS u WHERE u.organisation_id = :organisation AND u.undoes = :upload AND u.ended_at IS NULL)
