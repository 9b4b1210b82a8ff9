-- What sources said is again what it was; their lines are looked at again.
INSERT INTO source_people (organisation_id, source_id, person_id, name, image_url, previous_custom_id, changed_by)
SELECT run.organisation_id, u.source_id, u.person_id, u.name, u.image_url, u.previous_custom_id, run.import_id
FROM undone_sayings AS u
CROSS JOIN run
WHERE u.how = 'insert';

UPDATE source_people AS s
SET
    name = u.name, image_url = u.image_url, previous_custom_id = u.previous_custom_id, print_a = NULL, print_b = NULL,
    changed_by = run.import_id, said_at = NULL
FROM undone_sayings AS u
CROSS JOIN run
WHERE u.how = 'update' AND s.organisation_id = run.organisation_id AND s.person_id = u.person_id
  AND s.source_id = u.source_id;

INSERT INTO source_groups (organisation_id, source_id, group_id, previous_custom_id, changed_by)
SELECT run.organisation_id, u.source_id, u.group_id, u.previous_custom_id, run.import_id
FROM undone_group_sayings AS u
CROSS JOIN run
WHERE u.how = 'insert';

UPDATE source_groups AS s
SET previous_custom_id = u.previous_custom_id, changed_by = run.import_id, said_at = NULL
FROM undone_group_sayings AS u
CROSS JOIN run
WHERE u.how = 'update' AND s.organisation_id = run.organisation_id AND s.group_id = u.group_id
  AND s.source_id = u.source_id;
