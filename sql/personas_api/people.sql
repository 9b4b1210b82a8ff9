-- People as Learning Locker's personas, by their ids.
SELECT
    p.id, p.name, s.personas,
    to_char(p.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS created,
    to_char(greatest(p.created_at, i.ended_at, i.started_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS updated
FROM people AS p
LEFT JOIN imports AS i ON i.organisation_id = :organisation AND i.id = p.changed_by
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(s.id ORDER BY s.id), '{}') AS personas
    FROM personas AS s
    WHERE s.organisation_id = :organisation AND s.person_id = p.id
) AS s
WHERE p.organisation_id = :organisation AND p.id = ANY (CAST(:ids AS bigint[]))
