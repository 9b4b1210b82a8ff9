-- The members of those of these groups that have none below, each once: whoever is in a group by several sources is not two.
-- (By what is nested: of groups that have one row in `below` the planner would expect one in two hundred.)
SELECT m.group_id, m.person_id
FROM below AS b
JOIN memberships AS m ON m.organisation_id = :organisation AND m.group_id = b.group_id
WHERE NOT EXISTS (SELECT FROM nested AS n WHERE n.group_id = b.group_id)
  AND (SELECT count(*) FROM sources AS s WHERE s.organisation_id = :organisation) <= 1
UNION ALL
SELECT DISTINCT m.group_id, m.person_id
FROM below AS b
JOIN memberships AS m ON m.organisation_id = :organisation AND m.group_id = b.group_id
WHERE NOT EXISTS (SELECT FROM nested AS n WHERE n.group_id = b.group_id)
  AND (SELECT count(*) FROM sources AS s WHERE s.organisation_id = :organisation) > 1
