-- How large a file of an upload is, in bytes; null if there is none.
SELECT CAST(sum(octet_length(piece)) AS bigint) AS bytes
FROM upload_pieces
WHERE organisation_id = :organisation AND upload_id = :upload AND what = :what
