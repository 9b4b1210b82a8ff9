-- Whom a report of groups is about: everybody in them. (From the memberships, of which the planner knows how many people have them.)
SELECT DISTINCT m.person_id
FROM (SELECT DISTINCT descendant_id FROM descendants) AS d
JOIN memberships AS m ON m.organisation_id = :organisation AND m.group_id = d.descendant_id
