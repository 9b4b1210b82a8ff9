-- Whom a report of people or activities is about: the people of one group with all its descendants, one person, or both.
SELECT DISTINCT m.person_id
FROM below AS b
JOIN memberships AS m ON m.organisation_id = :organisation AND m.group_id = b.group_id
WHERE CAST(:person AS bigint) IS NULL OR m.person_id = CAST(:person AS bigint)
UNION
SELECT CAST(:person AS bigint)
WHERE CAST(:group AS bigint) IS NULL AND CAST(:person AS bigint) IS NOT NULL
