-- People come back under their ids, are again what they were, or are made for personas that statements refer to.
INSERT INTO people (organisation_id, id, custom_id, name, image_url, created_at, changed_by)
SELECT run.organisation_id, u.person_id, u.custom_id, u.name, u.image_url, u.created_at, run.import_id
FROM undone_people AS u
CROSS JOIN run
WHERE u.how = 'insert';

INSERT INTO people (organisation_id, id, name, changed_by)
SELECT run.organisation_id, u.to_id, u.agent_name, run.import_id
FROM undone_personas AS u
CROSS JOIN run
WHERE u.how = 'release';

UPDATE people AS p
SET custom_id = u.custom_id, name = u.name, image_url = u.image_url, changed_by = run.import_id, said_at = NULL
FROM undone_people AS u
CROSS JOIN run
WHERE u.how = 'update' AND p.organisation_id = run.organisation_id AND p.id = u.person_id;
