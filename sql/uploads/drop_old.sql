-- What uploads of long ago have left goes; what became of them stays.
DELETE FROM upload_pieces AS p
USING uploads AS u
WHERE p.organisation_id = :organisation AND u.organisation_id = :organisation AND u.id = p.upload_id
  AND u.ended_at < now() - CAST(:days AS double precision) * interval '1 day'
