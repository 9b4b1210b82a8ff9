-- Which run of the history it is.
UPDATE uploads SET import_id = :import WHERE organisation_id = :organisation AND id = :upload
