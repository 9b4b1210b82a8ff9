-- Groups are again what they were; what they lean on, and who is in them, comes back.
INSERT INTO groups (organisation_id, id, custom_id, name, type, created_at, changed_by)
SELECT run.organisation_id, u.group_id, u.custom_id, u.name, u.type, u.created_at, run.import_id
FROM undone_groups AS u
CROSS JOIN run
WHERE u.how = 'insert';

UPDATE groups AS g
SET custom_id = u.custom_id, name = u.name, type = u.type, changed_by = run.import_id, said_at = NULL
FROM undone_groups AS u
CROSS JOIN run
WHERE u.how = 'update' AND g.organisation_id = run.organisation_id AND g.id = u.group_id;

INSERT INTO group_parents (organisation_id, group_id, parent_id, source_id, changed_by)
SELECT run.organisation_id, u.group_id, u.parent_id, u.source_id, run.import_id
FROM undone_parents AS u
CROSS JOIN run
WHERE u.how = 'insert';

INSERT INTO memberships (organisation_id, person_id, group_id, source_id, changed_by)
SELECT run.organisation_id, u.person_id, u.group_id, u.source_id, run.import_id
FROM undone_memberships AS u
CROSS JOIN run
WHERE u.how = 'insert';
