-- Personas as Learning Locker's persona identifiers, by their ids.
SELECT
    s.id, s.person_id, CAST(s.kind AS text) AS kind, s.ifi, s.agent_name,
    to_char(s.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS created,
    to_char(greatest(s.created_at, i.ended_at, i.started_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS updated
FROM personas AS s
LEFT JOIN imports AS i ON i.organisation_id = :organisation AND i.id = s.changed_by
WHERE s.organisation_id = :organisation AND s.person_id IS NOT NULL AND s.id = ANY (CAST(:ids AS bigint[]))
