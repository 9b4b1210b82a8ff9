-- All ways up from some groups: which group is below which, by custom_ids.
WITH RECURSIVE up (group_id, parent_id) AS (
    SELECT e.group_id, e.parent_id
    FROM groups AS g
    JOIN group_parents AS e ON e.organisation_id = CAST(:organisation AS integer) AND e.group_id = g.id
    WHERE g.organisation_id = CAST(:organisation AS integer) AND g.custom_id = ANY (CAST(:custom_ids AS text[]))
    UNION
    SELECT e.group_id, e.parent_id
    FROM up AS u
    JOIN group_parents AS e ON e.organisation_id = CAST(:organisation AS integer) AND e.group_id = u.parent_id
)
SELECT c.custom_id, p.custom_id AS parent_custom_id
FROM up AS u
JOIN groups AS c ON c.organisation_id = CAST(:organisation AS integer) AND c.id = u.group_id
JOIN groups AS p ON p.organisation_id = CAST(:organisation AS integer) AND p.id = u.parent_id
