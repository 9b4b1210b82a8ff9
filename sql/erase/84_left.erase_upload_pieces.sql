-- What files that were sent have left behind, rejected lines and plans: any may be theirs, so none is kept. (A file that is still
-- to be imported is read without them.)
SELECT DISTINCT p.upload_id, p.what
FROM upload_pieces AS p
JOIN uploads AS u ON u.organisation_id = :organisation AND u.id = p.upload_id
WHERE p.organisation_id = :organisation AND u.ended_at IS NOT NULL
