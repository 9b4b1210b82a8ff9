-- Their members, each person once.
SELECT DISTINCT b.group_id, m.person_id
FROM below AS b
JOIN memberships AS m ON m.organisation_id = :organisation AND m.group_id = b.descendant_id
