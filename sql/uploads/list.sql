-- Uploads, the newest first, or one of them; whose reports have been made since is finished.
SELECT u.id, u.undoes, CASE WHEN u.state = 'committed' AND i.state = 'finished' THEN i.state ELSE u.state END AS state, u.sent_by, u.file, u.size, u.mapping_name, u.options, u.notify, u.notified, u.notify_tries,
       u.created_at, u.started_at, u.ended_at, u.tries, u.import_id, u.exit_code, u.summary, u.error,
       ARRAY(SELECT DISTINCT p.what FROM upload_pieces AS p
             WHERE p.organisation_id = :organisation AND p.upload_id = u.id AND p.number = 0) AS files
FROM uploads AS u
LEFT JOIN imports AS i ON i.organisation_id = :organisation AND i.id = u.import_id
WHERE u.organisation_id = :organisation AND (CAST(:upload AS bigint) IS NULL OR u.id = CAST(:upload AS bigint))
ORDER BY u.id DESC
LIMIT :most OFFSET :skipped
