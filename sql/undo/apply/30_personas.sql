-- Personas go back to whom they belonged to, and those that were deleted come back. A released one is nobody's pin.
UPDATE personas AS p
SET
    person_id = u.to_id, pinned = coalesce(u.pinned, false), changed_by = run.import_id, said_at = NULL
FROM undone_personas AS u
CROSS JOIN run
WHERE u.how IN ('move', 'release') AND p.organisation_id = run.organisation_id AND p.id = u.persona_id;

INSERT INTO personas
    (organisation_id, id, person_id, kind, ifi, near, as_written, agent_name, pinned, created_at, changed_by)
SELECT
    run.organisation_id, u.persona_id, u.to_id, u.kind, u.ifi, u.near, u.as_written, u.agent_name, u.pinned, u.created_at,
    run.import_id
FROM undone_personas AS u
CROSS JOIN run
WHERE u.how = 'insert';
