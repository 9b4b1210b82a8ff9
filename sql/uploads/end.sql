-- What has become of it.
UPDATE uploads
SET state = :state, exit_code = :exit_code, summary = CAST(:summary AS json), error = CAST(:error AS text), ended_at = now()
WHERE organisation_id = :organisation AND id = :upload
