-- A bounded number of groups whose members, or their records, changed, and the marks that say so. Those without groups below
-- come first, and are committed before the others: a group of everybody holds up none of the small ones.
CREATE TEMP TABLE subjects ON COMMIT DROP AS
WITH stale AS (
    SELECT p.subject_id AS id,
           EXISTS (SELECT FROM group_parents AS g
                   WHERE g.organisation_id = p.organisation_id AND g.parent_id = p.subject_id) AS has_others_below
    FROM run
    JOIN pending AS p ON p.organisation_id = run.organisation_id AND p.subject = 'group'
    GROUP BY p.organisation_id, p.subject_id
)
SELECT id
FROM stale
WHERE has_others_below = (SELECT bool_and(has_others_below) FROM stale)
ORDER BY id
LIMIT 2000;

CREATE TEMP TABLE marks ON COMMIT DROP AS
SELECT p.subject_id, p.id
FROM subjects AS s
CROSS JOIN run
JOIN pending AS p ON p.organisation_id = run.organisation_id AND p.subject = 'group' AND p.subject_id = s.id;
ANALYZE subjects, marks;
