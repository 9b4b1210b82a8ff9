-- The persona is pinned, or is not any more; and who is touched by that or by the move. (A line is only skipped as
-- unchanged while every persona that it claims is its person's: these people's lines are all that may mean something else now.)
CREATE TEMP TABLE repinned ON COMMIT DROP AS
SELECT p.id AS persona_id, p.person_id, run.pinned
FROM run
JOIN personas AS p
    ON p.organisation_id = run.organisation_id AND p.id = run.persona_id AND p.pinned <> run.pinned;

INSERT INTO persona_versions (
    organisation_id, id, person_id, kind, ifi, near, as_written, agent_name, pinned, created_at, changed_by, said_at,
    replaced_by)
SELECT
    p.organisation_id, p.id, p.person_id, p.kind, p.ifi, p.near, p.as_written, p.agent_name, p.pinned, p.created_at,
    p.changed_by, p.said_at, run.import_id
FROM repinned AS r
CROSS JOIN run
JOIN personas AS p ON p.organisation_id = run.organisation_id AND p.id = r.persona_id
WHERE p.changed_by IS DISTINCT FROM run.import_id
ON CONFLICT DO NOTHING;

UPDATE personas AS p
SET pinned = r.pinned, changed_by = run.import_id, said_at = NULL
FROM repinned AS r
CROSS JOIN run
WHERE p.organisation_id = run.organisation_id AND p.id = r.persona_id;

CREATE TEMP TABLE touched ON COMMIT DROP AS
SELECT from_id AS person_id FROM moves
UNION SELECT to_id FROM moves
UNION SELECT from_id FROM dropped
UNION SELECT person_id FROM repinned;
