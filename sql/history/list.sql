-- The history, newest first, or one run of it. A run that says it is running, but that nobody holds on to, has died (a standby
-- cannot know). One is undone while an odd number of runs undo it, each the one before.
SELECT i.id, i.command, s.name AS source, i.started_at, i.ended_at, i.run_by, i.files, i.options, i.counts, i.failure,
       CASE WHEN i.state = 'running' AND NOT pg_is_in_recovery() AND NOT EXISTS (
                SELECT FROM pg_locks AS l
                JOIN pg_database AS d ON d.oid = l.database AND d.datname = current_database()
                WHERE l.locktype = 'advisory' AND l.classid = 7306 AND l.objsubid = 2 AND l.granted
                  AND l.objid = CAST(i.id % 2147483647 AS oid))
            THEN 'died' ELSE i.state END AS state,
       i.undoes, i.pruned, u.undone_by, clock_timestamp() - coalesce(i.ended_at, i.started_at) AS ago
FROM imports AS i
LEFT JOIN sources AS s ON s.organisation_id = i.organisation_id AND s.id = i.source_id
LEFT JOIN LATERAL (
    WITH RECURSIVE undoing (id, nth) AS (
        SELECT i.id, 0
        UNION ALL
        SELECT (SELECT max(n.id)
                FROM imports AS n
                WHERE n.organisation_id = i.organisation_id AND n.undoes = b.id AND n.state IN ('committed', 'finished')),
               b.nth + 1
        FROM undoing AS b
        WHERE b.id IS NOT NULL
    )
    SELECT CASE WHEN max(nth) % 2 = 1 THEN min(id) FILTER (WHERE nth = 1) END AS undone_by
    FROM undoing
    WHERE id IS NOT NULL
) AS u ON true
WHERE i.organisation_id = :organisation
  AND (CAST(:import AS bigint) IS NULL OR i.id = CAST(:import AS bigint))
ORDER BY i.id DESC
LIMIT :limit
