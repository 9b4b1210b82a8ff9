-- First goes what leans on others: memberships, parents and sayings that the import gave, and personas that it made. A
-- customId that somebody gets is let go of before.
DELETE FROM memberships AS m
USING undone_memberships AS u, run
WHERE u.how = 'delete' AND m.organisation_id = run.organisation_id AND m.person_id = u.person_id
  AND m.group_id = u.group_id AND m.source_id = u.source_id;

DELETE FROM group_parents AS g
USING undone_parents AS u, run
WHERE u.how = 'delete' AND g.organisation_id = run.organisation_id AND g.group_id = u.group_id
  AND g.parent_id = u.parent_id AND g.source_id = u.source_id;

DELETE FROM source_people AS s
USING undone_sayings AS u, run
WHERE u.how = 'delete' AND s.organisation_id = run.organisation_id AND s.person_id = u.person_id
  AND s.source_id = u.source_id;

DELETE FROM source_groups AS s
USING undone_group_sayings AS u, run
WHERE u.how = 'delete' AND s.organisation_id = run.organisation_id AND s.group_id = u.group_id
  AND s.source_id = u.source_id;

DELETE FROM personas AS p
USING undone_personas AS u, run
WHERE u.how = 'delete' AND p.organisation_id = run.organisation_id AND p.id = u.persona_id;

UPDATE people AS p
SET custom_id = NULL
FROM undone_people AS u
CROSS JOIN run
WHERE p.organisation_id = run.organisation_id AND p.id = u.person_id
  AND (u.how = 'delete' OR p.custom_id IS DISTINCT FROM u.custom_id)
  AND p.custom_id IN (SELECT custom_id FROM undone_people WHERE how <> 'delete');

-- (A group has one always: for now one that nobody else can have.)
UPDATE groups AS g
SET custom_id = chr(1) || g.id
FROM undone_groups AS u
CROSS JOIN run
WHERE g.organisation_id = run.organisation_id AND g.id = u.group_id
  AND (u.how = 'delete' OR g.custom_id <> u.custom_id)
  AND g.custom_id IN (SELECT custom_id FROM undone_groups WHERE how <> 'delete');
