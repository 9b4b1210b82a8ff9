-- The first parents that were left out because they would have made a group its own ancestor, and the ways up from there.
SELECT c.custom_id AS child, p.custom_id AS parent,
       EXISTS (SELECT FROM cycles AS x WHERE x.group_id = w.group_id AND x.parent_id = w.parent_id) AS left_out
FROM ways_up AS w
JOIN groups AS c ON c.organisation_id = :organisation AND c.id = w.group_id
JOIN groups AS p ON p.organisation_id = :organisation AND p.id = w.parent_id
ORDER BY w.group_id, w.parent_id
