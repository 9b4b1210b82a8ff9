-- The members of those of these groups that have none below, each once: whoever is in a group by several sources is not two.
SELECT m.group_id, m.person_id
FROM (SELECT group_id FROM below GROUP BY group_id HAVING count(*) = 1) AS b
JOIN memberships AS m ON m.organisation_id = :organisation AND m.group_id = b.group_id
WHERE (SELECT count(*) FROM sources AS s WHERE s.organisation_id = :organisation) <= 1
UNION ALL
SELECT DISTINCT m.group_id, m.person_id
FROM (SELECT group_id FROM below GROUP BY group_id HAVING count(*) = 1) AS b
JOIN memberships AS m ON m.organisation_id = :organisation AND m.group_id = b.group_id
WHERE (SELECT count(*) FROM sources AS s WHERE s.organisation_id = :organisation) > 1
