-- Marks for what became stale: people, and groups with all their ancestors.
CREATE TEMP TABLE affected_with_ancestors ON COMMIT DROP AS
WITH RECURSIVE up (group_id) AS (
    SELECT group_id FROM affected_groups
    UNION
    SELECT g.parent_id
    FROM run
    CROSS JOIN up
    JOIN group_parents AS g ON g.organisation_id = run.organisation_id AND g.group_id = up.group_id
)
SELECT group_id FROM up;

INSERT INTO pending (organisation_id, subject, subject_id, caused_by)
SELECT run.organisation_id, m.subject, m.subject_id, run.import_id
FROM run
CROSS JOIN (
    SELECT 'person' AS subject, person_id AS subject_id FROM affected_people
    UNION ALL
    SELECT 'group', group_id FROM affected_with_ancestors
) AS m;
