-- The groups that the lines name, and those of them that exist.
CREATE TEMP TABLE named_groups ON COMMIT DROP AS
SELECT n.group_custom_id AS custom_id, g.id
FROM (SELECT DISTINCT group_custom_id FROM staged_memberships) AS n
CROSS JOIN run
LEFT JOIN groups AS g ON g.organisation_id = run.organisation_id AND g.custom_id = n.group_custom_id;
ANALYZE named_groups;
