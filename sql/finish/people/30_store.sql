-- Put them in place of the old ones; the groups of these people are stale now, and the marks are done with.
DELETE FROM person_activity_records AS r
USING subjects AS u, run
WHERE r.organisation_id = run.organisation_id AND r.person_id = u.id;

DELETE FROM person_records AS r
USING subjects AS u, run
WHERE r.organisation_id = run.organisation_id AND r.person_id = u.id;

INSERT INTO person_activity_records
SELECT * FROM fresh_person_activity_records;

INSERT INTO person_records
SELECT * FROM fresh_person_records;

INSERT INTO pending (organisation_id, subject, subject_id)
WITH RECURSIVE up (group_id) AS (
    SELECT m.group_id
    FROM subjects AS u
    CROSS JOIN run
    JOIN memberships AS m ON m.organisation_id = run.organisation_id AND m.person_id = u.id
    UNION
    SELECT g.parent_id
    FROM run
    CROSS JOIN up
    JOIN group_parents AS g ON g.organisation_id = run.organisation_id AND g.group_id = up.group_id
)
SELECT run.organisation_id, 'group', up.group_id
FROM up
CROSS JOIN run;

DELETE FROM pending AS p
USING marks AS m, run
WHERE p.organisation_id = run.organisation_id AND p.subject = 'person' AND p.subject_id = m.subject_id AND p.id = m.id;
