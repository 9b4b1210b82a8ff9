-- Every row that is about to be changed or to go is kept as it is now, as any import keeps it.
INSERT INTO person_versions
    (organisation_id, id, custom_id, name, image_url, created_at, changed_by, said_at, replaced_by)
SELECT p.organisation_id, p.id, p.custom_id, p.name, p.image_url, p.created_at, p.changed_by, p.said_at, run.import_id
FROM undone_people AS u
CROSS JOIN run
JOIN people AS p ON p.organisation_id = run.organisation_id AND p.id = u.person_id;

INSERT INTO persona_versions
    (organisation_id, id, person_id, kind, ifi, near, as_written, agent_name, pinned, created_at, changed_by, said_at,
     replaced_by)
SELECT
    p.organisation_id, p.id, p.person_id, p.kind, p.ifi, p.near, p.as_written, p.agent_name, p.pinned, p.created_at,
    p.changed_by, p.said_at, run.import_id
FROM undone_personas AS u
CROSS JOIN run
JOIN personas AS p ON p.organisation_id = run.organisation_id AND p.id = u.persona_id;

INSERT INTO group_versions (organisation_id, id, custom_id, name, type, created_at, changed_by, said_at, replaced_by)
SELECT g.organisation_id, g.id, g.custom_id, g.name, g.type, g.created_at, g.changed_by, g.said_at, run.import_id
FROM undone_groups AS u
CROSS JOIN run
JOIN groups AS g ON g.organisation_id = run.organisation_id AND g.id = u.group_id;

INSERT INTO parent_versions (organisation_id, group_id, parent_id, source_id, changed_by, said_at, replaced_by)
SELECT g.organisation_id, g.group_id, g.parent_id, g.source_id, g.changed_by, g.said_at, run.import_id
FROM undone_parents AS u
CROSS JOIN run
JOIN group_parents AS g
    ON g.organisation_id = run.organisation_id AND g.group_id = u.group_id AND g.parent_id = u.parent_id
    AND g.source_id = u.source_id;

INSERT INTO membership_versions (organisation_id, person_id, group_id, source_id, changed_by, said_at, replaced_by)
SELECT m.organisation_id, m.person_id, m.group_id, m.source_id, m.changed_by, m.said_at, run.import_id
FROM undone_memberships AS u
CROSS JOIN run
JOIN memberships AS m
    ON m.organisation_id = run.organisation_id AND m.person_id = u.person_id AND m.group_id = u.group_id
    AND m.source_id = u.source_id;

INSERT INTO saying_versions
    (organisation_id, person_id, source_id, name, image_url, previous_custom_id, changed_by, said_at, replaced_by)
SELECT
    s.organisation_id, s.person_id, s.source_id, s.name, s.image_url, s.previous_custom_id, s.changed_by, s.said_at,
    run.import_id
FROM undone_sayings AS u
CROSS JOIN run
JOIN source_people AS s
    ON s.organisation_id = run.organisation_id AND s.person_id = u.person_id AND s.source_id = u.source_id;

INSERT INTO group_saying_versions
    (organisation_id, source_id, group_id, previous_custom_id, changed_by, said_at, replaced_by)
SELECT s.organisation_id, s.source_id, s.group_id, s.previous_custom_id, s.changed_by, s.said_at, run.import_id
FROM undone_group_sayings AS u
CROSS JOIN run
JOIN source_groups AS s
    ON s.organisation_id = run.organisation_id AND s.group_id = u.group_id AND s.source_id = u.source_id;
