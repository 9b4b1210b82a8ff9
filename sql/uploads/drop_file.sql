-- A file of an upload goes.
DELETE FROM upload_pieces WHERE organisation_id = :organisation AND upload_id = :upload AND what = :what
