-- The members of these groups with all their descendants, each person once.
SELECT DISTINCT d.group_id, m.person_id
FROM descendants AS d
JOIN memberships AS m ON m.organisation_id = :organisation AND m.group_id = d.descendant_id
