-- Which memberships are there (key, and person_id: who that is here) but not here (member_id), or the other way round.
SELECT DISTINCT t.key, t.person_id, t.custom_id, m.member_id, m.group_id
FROM (
    SELECT l.key, l.person_id, s.group_custom_id AS custom_id, h.id AS group_id
    FROM staged_memberships AS s
    JOIN lines_of_counterparts AS l USING (line)
    LEFT JOIN groups AS h ON h.organisation_id = :organisation AND h.custom_id = s.group_custom_id
) AS t
FULL JOIN (
    SELECT person_id AS member_id, group_id FROM memberships WHERE organisation_id = :organisation
) AS m ON m.member_id = t.person_id AND m.group_id = t.group_id
WHERE t.key IS NULL OR m.member_id IS NULL
