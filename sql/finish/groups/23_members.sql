-- The members of those of these groups that have others below, and of these, each once, with one of the groups that they are
-- in; and whether they are in others too.
SELECT m.person_id, min(m.group_id) AS group_id, min(m.group_id) <> max(m.group_id) AS has_others
FROM (SELECT DISTINCT descendant_id FROM nested) AS d
JOIN memberships AS m ON m.organisation_id = :organisation AND m.group_id = d.descendant_id
GROUP BY m.person_id
