-- A bounded number of groups whose members, or their records, changed. Those without groups below come first, and are
-- committed before the others: a group of everybody holds up none of the small ones.
WITH stale AS (
    SELECT
        p.subject_id AS id,
        EXISTS (SELECT FROM group_parents AS g
                WHERE g.organisation_id = :organisation AND g.parent_id = p.subject_id) AS has_others_below
    FROM pending AS p
    WHERE p.organisation_id = :organisation AND p.subject = 'group'
    GROUP BY p.subject_id
    HAVING min(p.id) <= :newest
)
SELECT id
FROM stale
WHERE has_others_below = (SELECT bool_and(has_others_below) FROM stale)
ORDER BY id
LIMIT :most
