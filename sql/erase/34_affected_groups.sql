-- The groups that they leave.
SELECT DISTINCT m.group_id
FROM erased_people AS e
JOIN memberships AS m ON m.organisation_id = :organisation AND m.person_id = e.person_id
