-- What has become of telling it.
UPDATE uploads SET notified = :notified, notify_tries = :tries WHERE organisation_id = :organisation AND id = :upload
