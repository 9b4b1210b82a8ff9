-- Personas change person, or are new; only they move, never their former owner's others. Then the dropped ones.
UPDATE personas AS p
SET person_id = m.to_id, changed_by = run.import_id
FROM moves AS m
CROSS JOIN run
WHERE p.organisation_id = run.organisation_id AND p.id = m.persona_id;

UPDATE personas AS p
SET person_id = d.to_id, changed_by = run.import_id
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

INSERT INTO personas (organisation_id, id, person_id, kind, ifi, near, as_written, changed_by)
SELECT
    run.organisation_id, b.base + row_number() OVER (ORDER BY c.line, c.place), t.person_id, c.kind, c.ifi, c.near, c.as_written,
    run.import_id
FROM claims AS c
JOIN targets AS t USING (component)
CROSS JOIN run
CROSS JOIN persona_block AS b
WHERE c.persona_id IS NULL;
