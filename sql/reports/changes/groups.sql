-- What an import changed in some groups with all their descendants: how many joined and left, whose interactions came and went,
-- and the first three of each, as they are called (or were last).
WITH RECURSIVE below_after (shown, group_id) AS (
    SELECT s.id, s.id FROM unnest(CAST(:shown AS bigint[])) AS s (id)
    UNION
    SELECT b.shown, g.group_id
    FROM below_after AS b
    JOIN group_parents AS g ON g.organisation_id = :organisation AND g.parent_id = b.group_id
), below_before (shown, group_id) AS (
    SELECT s.id, s.id FROM unnest(CAST(:shown AS bigint[])) AS s (id)
    UNION
    SELECT b.shown, g.group_id
    FROM below_before AS b
    JOIN parent_states AS g
        ON g.organisation_id = :organisation AND g.parent_id = b.group_id
        AND (g.replaced_by = CAST(:import AS bigint)
             OR g.replaced_by IS NULL AND g.changed_by IS DISTINCT FROM CAST(:import AS bigint))
), after AS (
    SELECT DISTINCT b.shown, c.person_id
    FROM concerned AS c
    JOIN memberships AS m ON m.organisation_id = :organisation AND m.person_id = c.person_id
    JOIN below_after AS b ON b.group_id = m.group_id
), before AS (
    SELECT DISTINCT b.shown, c.person_id
    FROM concerned AS c
    JOIN membership_states AS m
        ON m.organisation_id = :organisation AND m.person_id = c.person_id
        AND (m.replaced_by = CAST(:import AS bigint)
             OR m.replaced_by IS NULL AND m.changed_by IS DISTINCT FROM CAST(:import AS bigint))
    JOIN below_before AS b ON b.group_id = m.group_id
), changes AS (
    SELECT 1 AS place, 'joined' AS what, j.* FROM (SELECT * FROM after EXCEPT SELECT * FROM before) AS j
    UNION ALL
    SELECT 2, 'left', l.* FROM (SELECT * FROM before EXCEPT SELECT * FROM after) AS l
    UNION ALL
    SELECT 3, 'gained', a.* FROM after AS a JOIN concerned AS c ON c.person_id = a.person_id AND c.gained
    UNION ALL
    SELECT 4, 'lost', b.* FROM before AS b JOIN concerned AS c ON c.person_id = b.person_id AND c.lost
), numbered AS (
    SELECT c.*,
           count(*) OVER (PARTITION BY c.shown, c.place) AS people,
           row_number() OVER (PARTITION BY c.shown, c.place ORDER BY c.person_id) AS nth
    FROM changes AS c
)
SELECT n.shown AS group_id, n.what, n.people, n.person_id, p.custom_id, p.name
FROM numbered AS n
CROSS JOIN LATERAL (
    SELECT s.custom_id, s.name
    FROM person_states AS s
    WHERE s.organisation_id = :organisation AND s.id = n.person_id
    ORDER BY s.replaced_by DESC NULLS FIRST
    LIMIT 1
) AS p
WHERE n.nth <= 3
ORDER BY n.shown, n.place, n.nth
