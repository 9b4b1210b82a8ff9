-- A piece of a file.
SELECT piece FROM upload_pieces WHERE organisation_id = :organisation AND upload_id = :upload AND what = :what AND number = :number
