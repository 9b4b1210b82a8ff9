-- What somebody else has had before them is nobody's now.
SELECT
    persona_id AS id, CAST(NULL AS bigint) AS person_id, ended_at AS begins_at, CAST(NULL AS text) AS agent_name,
    false AS pinned, CAST(NULL AS bigint) AS changed_by, CAST(NULL AS bigint) AS said_in
FROM shared_personas
WHERE is_theirs
