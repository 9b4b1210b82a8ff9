-- An upload, which nobody else changes or forgets as long as this transaction lasts.
SELECT id FROM uploads WHERE organisation_id = :organisation AND id = :upload FOR UPDATE
