-- Others are busy: it waits for the next try, which is no other than this.
UPDATE uploads SET state = 'queued', tries = tries - 1 WHERE organisation_id = :organisation AND id = :upload
