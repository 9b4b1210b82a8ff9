-- Where an import has filled the tables, nothing is in conflict, and no foreign key is in the way: all that still is as the
-- import made it goes at once, told by its own columns. (The next steps would do the same, row for row looked up.)

-- What the import has changed, not made: few, and told apart before the versions grow.
CREATE TEMP TABLE changed_people ON COMMIT DROP AS
SELECT b.id FROM run JOIN person_versions AS b ON b.organisation_id = run.organisation_id AND b.replaced_by = run.undone_id;

CREATE TEMP TABLE changed_personas ON COMMIT DROP AS
SELECT b.id
FROM run
JOIN persona_versions AS b ON b.organisation_id = run.organisation_id AND b.replaced_by = run.undone_id
UNION
SELECT persona_id FROM undone_personas WHERE how <> 'delete';

CREATE TEMP TABLE changed_memberships ON COMMIT DROP AS
SELECT b.person_id, b.group_id, b.source_id
FROM run
JOIN membership_versions AS b ON b.organisation_id = run.organisation_id AND b.replaced_by = run.undone_id;

CREATE TEMP TABLE changed_sayings ON COMMIT DROP AS
SELECT b.person_id, b.source_id
FROM run
JOIN saying_versions AS b ON b.organisation_id = run.organisation_id AND b.replaced_by = run.undone_id;
ANALYZE changed_people, changed_personas, changed_memberships, changed_sayings;

-- An index in the order of a merge leads all over the table.
SET LOCAL enable_mergejoin = off;

INSERT INTO membership_versions (organisation_id, person_id, group_id, source_id, changed_by, said_at, replaced_by)
SELECT m.organisation_id, m.person_id, m.group_id, m.source_id, m.changed_by, m.said_at, run.import_id
FROM run
JOIN memberships AS m ON m.organisation_id = run.organisation_id AND m.changed_by = run.undone_id
LEFT JOIN changed_memberships AS c USING (person_id, group_id, source_id)
WHERE c.person_id IS NULL;

DELETE FROM memberships AS m
USING run
WHERE m.organisation_id = run.organisation_id AND m.changed_by = run.undone_id
  AND NOT EXISTS (SELECT FROM changed_memberships AS c
                  WHERE c.person_id = m.person_id AND c.group_id = m.group_id AND c.source_id = m.source_id);

INSERT INTO saying_versions
    (organisation_id, person_id, source_id, name, image_url, previous_custom_id, changed_by, said_at, replaced_by)
SELECT
    s.organisation_id, s.person_id, s.source_id, s.name, s.image_url, s.previous_custom_id, s.changed_by, s.said_at,
    run.import_id
FROM run
JOIN source_people AS s ON s.organisation_id = run.organisation_id AND s.changed_by = run.undone_id
LEFT JOIN changed_sayings AS c USING (person_id, source_id)
WHERE c.person_id IS NULL;

DELETE FROM source_people AS s
USING run
WHERE s.organisation_id = run.organisation_id AND s.changed_by = run.undone_id
  AND NOT EXISTS (SELECT FROM changed_sayings AS c WHERE c.person_id = s.person_id AND c.source_id = s.source_id);

INSERT INTO persona_versions
    (organisation_id, id, person_id, kind, ifi, near, as_written, agent_name, pinned, created_at, changed_by, said_at,
     replaced_by)
SELECT
    p.organisation_id, p.id, p.person_id, p.kind, p.ifi, p.near, p.as_written, p.agent_name, p.pinned, p.created_at,
    p.changed_by, p.said_at, run.import_id
FROM run
JOIN personas AS p ON p.organisation_id = run.organisation_id AND p.changed_by = run.undone_id
LEFT JOIN changed_personas AS c USING (id)
WHERE c.id IS NULL;

DELETE FROM personas AS p
USING run
WHERE p.organisation_id = run.organisation_id AND p.changed_by = run.undone_id
  AND NOT EXISTS (SELECT FROM changed_personas AS c WHERE c.id = p.id);

INSERT INTO person_versions
    (organisation_id, id, custom_id, name, image_url, created_at, changed_by, said_at, replaced_by)
SELECT p.organisation_id, p.id, p.custom_id, p.name, p.image_url, p.created_at, p.changed_by, p.said_at, run.import_id
FROM run
JOIN people AS p ON p.organisation_id = run.organisation_id AND p.changed_by = run.undone_id
LEFT JOIN changed_people AS c USING (id)
WHERE c.id IS NULL;

DELETE FROM people AS p
USING run
WHERE p.organisation_id = run.organisation_id AND p.changed_by = run.undone_id
  AND NOT EXISTS (SELECT FROM changed_people AS c WHERE c.id = p.id);

SET LOCAL enable_mergejoin = on;
