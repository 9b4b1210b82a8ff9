-- Personas change person, or are new; only they move, never their former owner's others. Then the dropped ones. What they
-- were is kept.
INSERT INTO persona_versions
    (organisation_id, id, person_id, kind, ifi, near, as_written, agent_name, pinned, created_at, changed_by, said_at,
     replaced_by)
SELECT
    p.organisation_id, p.id, p.person_id, p.kind, p.ifi, p.near, p.as_written, p.agent_name, p.pinned, p.created_at,
    p.changed_by, p.said_at, run.import_id
FROM (SELECT persona_id FROM moves UNION ALL SELECT persona_id FROM dropped) AS m
CROSS JOIN run
JOIN personas AS p ON p.organisation_id = run.organisation_id AND p.id = m.persona_id
WHERE p.changed_by IS DISTINCT FROM run.import_id
ON CONFLICT DO NOTHING;

UPDATE personas AS p
SET person_id = m.to_id, changed_by = run.import_id, said_at = m.said_at
FROM moves AS m
CROSS JOIN run
WHERE p.organisation_id = run.organisation_id AND p.id = m.persona_id;

UPDATE personas AS p
SET person_id = d.to_id, changed_by = run.import_id, said_at = NULL
FROM dropped AS d
CROSS JOIN run
WHERE p.organisation_id = run.organisation_id AND p.id = d.persona_id AND d.to_id IS NOT NULL;

DELETE FROM personas AS p
USING dropped AS d, run
WHERE p.organisation_id = run.organisation_id AND p.id = d.persona_id AND d.to_id IS NULL;

SELECT pg_advisory_lock(7305, 0);
CREATE TEMP TABLE persona_block ON COMMIT DROP AS
SELECT setval('persona_ids', nextval('persona_ids') + n) - n AS base
FROM (SELECT count(*) AS n FROM claims WHERE persona_id IS NULL) AS counted;
SELECT pg_advisory_unlock(7305, 0);
ANALYZE persona_block;

INSERT INTO personas (organisation_id, id, person_id, kind, ifi, near, as_written, changed_by, said_at)
SELECT
    run.organisation_id, b.base + row_number() OVER (ORDER BY c.line, c.place), t.person_id, c.kind, c.ifi, c.near,
    c.as_written, run.import_id, c.said_at
FROM claims AS c
JOIN targets AS t USING (component)
CROSS JOIN run
CROSS JOIN persona_block AS b
WHERE c.persona_id IS NULL;
