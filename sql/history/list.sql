-- The history, newest first, or one run of it. A run that says it is running, but that nobody holds on to, has died (a
-- standby cannot know). One is undone while an odd number of runs undo it, each the one before. (What undoes what, and who holds on to which, is
-- looked up once for all runs.)
WITH RECURSIVE links (id, by) AS MATERIALIZED (
    SELECT undoes, max(id)
    FROM imports
    WHERE organisation_id = :organisation AND undoes IS NOT NULL AND state IN ('committed', 'finished')
    GROUP BY undoes
),
shown AS MATERIALIZED (
    SELECT *
    FROM imports
    WHERE organisation_id = :organisation AND (CAST(:import AS bigint) IS NULL OR id = CAST(:import AS bigint))
    ORDER BY id DESC
    LIMIT :limit
),
undoing (id, first, last, nth) AS (
    SELECT k.id, k.by, k.by, 1 FROM links AS k JOIN shown USING (id)
    UNION ALL
    SELECT u.id, u.first, k.by, u.nth + 1 FROM undoing AS u JOIN links AS k ON k.id = u.last
),
undone (id, undone_by) AS (
    SELECT id, min(first) FROM undoing GROUP BY id HAVING max(nth) % 2 = 1
)
SELECT i.id, i.command, s.name AS source, i.started_at, i.ended_at, i.run_by, i.files, i.options, i.counts, i.failure,
       CASE WHEN i.state = 'running' AND NOT pg_is_in_recovery() AND CAST(i.id % 2147483647 AS oid) <> ALL (ARRAY(
                SELECT l.objid
                FROM pg_locks AS l
                JOIN pg_database AS d ON d.oid = l.database AND d.datname = current_database()
                WHERE l.locktype = 'advisory' AND l.classid = 7306 AND l.objsubid = 2 AND l.granted))
            THEN 'died' ELSE i.state END AS state,
       i.undoes, i.pruned, u.undone_by, clock_timestamp() - coalesce(i.ended_at, i.started_at) AS ago
FROM shown AS i
LEFT JOIN sources AS s ON s.organisation_id = :organisation AND s.id = i.source_id
LEFT JOIN undone AS u ON u.id = i.id
ORDER BY i.id DESC
