-- Groups whose customId changes, all at once, so that ids can be swapped and passed on; every step after this one sees them
-- changed.
ANALYZE staged_group_lines;
ANALYZE group_rejects;
ANALYZE group_sayings;
ANALYZE protected_groups;
ANALYZE cleared_parents;

CREATE TEMP TABLE renamed_groups ON COMMIT DROP AS
SELECT g.id AS group_id, r.old, r.new, r.said_at
FROM group_renames AS r
CROSS JOIN run
JOIN groups AS g ON g.organisation_id = run.organisation_id AND g.custom_id = r.old;
ANALYZE renamed_groups;

INSERT INTO group_versions (organisation_id, id, custom_id, name, type, created_at, changed_by, said_at, replaced_by)
SELECT g.organisation_id, g.id, g.custom_id, g.name, g.type, g.created_at, g.changed_by, g.said_at, run.import_id
FROM renamed_groups AS r
CROSS JOIN run
JOIN groups AS g ON g.organisation_id = run.organisation_id AND g.id = r.group_id
WHERE g.changed_by IS DISTINCT FROM run.import_id
ON CONFLICT DO NOTHING;

-- First all have one that nobody else can have (no customId has a control character), for no two may have one at any moment.
UPDATE groups AS g
SET custom_id = chr(1) || g.id
FROM renamed_groups AS r
CROSS JOIN run
WHERE g.organisation_id = run.organisation_id AND g.id = r.group_id;

UPDATE groups AS g
SET custom_id = r.new, changed_by = run.import_id, said_at = r.said_at
FROM renamed_groups AS r
CROSS JOIN run
WHERE g.organisation_id = run.organisation_id AND g.id = r.group_id;

-- Lines that name a group by the customId that it had are looked at again.
UPDATE source_people AS s
SET print_a = NULL, print_b = NULL
FROM renamed_groups AS r
CROSS JOIN run
JOIN memberships AS m ON m.organisation_id = run.organisation_id AND m.group_id = r.group_id
WHERE s.organisation_id = run.organisation_id AND s.person_id = m.person_id AND s.print_a IS NOT NULL;
