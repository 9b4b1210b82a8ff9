-- Of the memberships that come or go those that another source gives as well, and goes on to.
SELECT c.person_id, c.group_id
FROM (SELECT person_id, group_id FROM added_memberships UNION ALL SELECT person_id, group_id FROM removed_memberships) AS c
JOIN memberships AS m
    ON m.organisation_id = :organisation AND m.person_id = c.person_id AND m.group_id = c.group_id
    AND m.source_id <> :source
WHERE NOT EXISTS (
    SELECT FROM removed_memberships AS r
    WHERE r.person_id = m.person_id AND r.group_id = m.group_id AND r.source_id = m.source_id)
