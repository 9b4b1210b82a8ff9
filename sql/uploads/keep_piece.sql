-- A piece of a file.
INSERT INTO upload_pieces (organisation_id, upload_id, what, number, piece)
VALUES (:organisation, :upload, :what, :number, :piece)
