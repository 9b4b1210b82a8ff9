-- The groups of the people whose interactions change, as of before.
SELECT DISTINCT m.group_id
FROM affected_people AS a
JOIN memberships AS m ON m.organisation_id = :organisation AND m.person_id = a.person_id
