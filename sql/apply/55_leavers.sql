-- Who has left: of the people whom this source gave before, those whom a snapshot does not name any more. Its word for
-- them goes, and with release their customId, unless another source gives them too; what they were is kept.
CREATE TEMP TABLE named_people ON COMMIT DROP AS
SELECT person_id FROM targets
UNION ALL
SELECT p.id
FROM run
JOIN unchanged_lines AS u ON run.snapshot
JOIN people AS p ON p.organisation_id = run.organisation_id AND p.custom_id = u.custom_id
UNION ALL
SELECT person_id FROM protected
UNION ALL
SELECT p.person_id
FROM run
JOIN passed_over AS o ON run.snapshot AND o.why IN ('contested', 'pinned')
JOIN personas AS p ON p.organisation_id = run.organisation_id AND p.ifi = o.ifi;
ANALYZE named_people;

-- Rejected lines of which nobody can tell whom they name: while there is one, it may be anybody, and nobody leaves.
CREATE TEMP TABLE unknown_lines ON COMMIT DROP AS
SELECT r.line
FROM run
JOIN rejects AS r ON run.snapshot
JOIN staged_lines AS l USING (line)
WHERE NOT EXISTS (
    SELECT FROM people AS p
    WHERE p.organisation_id = run.organisation_id AND p.custom_id IN (l.custom_id, l.previous_custom_id))
  AND NOT EXISTS (
    SELECT FROM staged_claims AS c
    JOIN personas AS p ON p.organisation_id = run.organisation_id AND p.ifi = c.ifi
    WHERE c.line = l.line);

CREATE TEMP TABLE leavers ON COMMIT DROP AS
SELECT s.person_id
FROM run
JOIN source_people AS s ON run.snapshot AND s.organisation_id = run.organisation_id AND s.source_id = run.source_id
WHERE NOT EXISTS (SELECT FROM named_people AS n WHERE n.person_id = s.person_id)
  AND NOT EXISTS (SELECT FROM unknown_lines);
ANALYZE leavers;

-- Without its customId a person gives its personas to whoever claims them. So who has one that a line of this batch may
-- not take over keeps the customId, and is looked at again by the next snapshot.
CREATE TEMP TABLE claimed_leavers ON COMMIT DROP AS
SELECT DISTINCT l.person_id
FROM passed_over AS o
CROSS JOIN run
JOIN personas AS p ON p.organisation_id = run.organisation_id AND p.ifi = o.ifi
JOIN leavers AS l ON l.person_id = p.person_id
WHERE o.why = 'takeover' AND run.leavers_mode = 'release';

CREATE TEMP TABLE released ON COMMIT DROP AS
SELECT p.id AS person_id, p.custom_id
FROM run
JOIN leavers AS l ON run.leavers_mode = 'release'
JOIN people AS p ON p.organisation_id = run.organisation_id AND p.id = l.person_id AND p.custom_id IS NOT NULL
WHERE NOT EXISTS (SELECT FROM claimed_leavers AS c WHERE c.person_id = p.id)
  AND NOT EXISTS (
    SELECT FROM source_people AS s
    WHERE s.organisation_id = run.organisation_id AND s.person_id = p.id AND s.source_id <> run.source_id);
ANALYZE released;

INSERT INTO person_versions
    (organisation_id, id, custom_id, name, image_url, created_at, changed_by, said_at, replaced_by)
SELECT p.organisation_id, p.id, p.custom_id, p.name, p.image_url, p.created_at, p.changed_by, p.said_at, run.import_id
FROM released AS r
CROSS JOIN run
JOIN people AS p ON p.organisation_id = run.organisation_id AND p.id = r.person_id
WHERE p.changed_by IS DISTINCT FROM run.import_id
ON CONFLICT DO NOTHING;

UPDATE people AS p
SET custom_id = NULL, changed_by = run.import_id, said_at = NULL
FROM released AS r
CROSS JOIN run
WHERE p.organisation_id = run.organisation_id AND p.id = r.person_id;

WITH gone AS (
    DELETE FROM source_people AS s
    USING leavers AS l, run
    WHERE run.leavers_mode <> 'keep'
      AND s.organisation_id = run.organisation_id AND s.source_id = run.source_id AND s.person_id = l.person_id
      AND NOT EXISTS (SELECT FROM claimed_leavers AS c WHERE c.person_id = l.person_id)
    RETURNING s.*
)
INSERT INTO saying_versions
    (organisation_id, person_id, source_id, name, image_url, previous_custom_id, changed_by, said_at, replaced_by)
SELECT
    s.organisation_id, s.person_id, s.source_id, s.name, s.image_url, s.previous_custom_id, s.changed_by, s.said_at,
    run.import_id
FROM gone AS s
CROSS JOIN run
WHERE s.changed_by IS DISTINCT FROM run.import_id
ON CONFLICT DO NOTHING;
