-- The import that is to be taken back, whether it still runs, and what has taken it back already and stands.
SELECT
    i.id, i.command, i.source_id, s.name AS source, i.pruned,
    CASE WHEN i.state = 'running' AND NOT EXISTS (
             SELECT FROM pg_locks AS l
             JOIN pg_database AS d ON d.oid = l.database AND d.datname = current_database()
             WHERE l.locktype = 'advisory' AND l.classid = 7306 AND l.objsubid = 2 AND l.granted
               AND l.objid = CAST(i.id % 2147483647 AS oid))
         THEN 'died' ELSE i.state END AS state,
    (SELECT max(u.id)
     FROM imports AS u
     WHERE u.organisation_id = i.organisation_id AND u.undoes = i.id AND u.state IN ('committed', 'finished')
       AND NOT EXISTS (SELECT FROM imports AS v
                       WHERE v.organisation_id = u.organisation_id AND v.undoes = u.id
                         AND v.state IN ('committed', 'finished'))) AS undone_by
FROM imports AS i
LEFT JOIN sources AS s ON s.organisation_id = i.organisation_id AND s.id = i.source_id
WHERE i.organisation_id = :organisation AND i.id = :import
