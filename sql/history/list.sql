-- The history, newest first. A run that says it is running, but that nobody holds on to, has died.
SELECT i.id, i.command, s.name AS source, i.started_at, i.ended_at, i.run_by, i.files, i.counts, i.failure,
       CASE WHEN i.state = 'running' AND NOT EXISTS (
                SELECT FROM pg_locks AS l
                JOIN pg_database AS d ON d.oid = l.database AND d.datname = current_database()
                WHERE l.locktype = 'advisory' AND l.classid = 7306 AND l.objsubid = 2 AND l.granted
                  AND l.objid = CAST(i.id % 2147483647 AS oid))
            THEN 'died' ELSE i.state END AS state
FROM imports AS i
LEFT JOIN sources AS s ON s.organisation_id = i.organisation_id AND s.id = i.source_id
WHERE i.organisation_id = :organisation
ORDER BY i.id DESC
LIMIT :limit
