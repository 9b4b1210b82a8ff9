-- A bounded number of groups whose members, or their records, changed, and the marks that say so.
CREATE TEMP TABLE subjects ON COMMIT DROP AS
SELECT DISTINCT p.subject_id AS id
FROM run
JOIN pending AS p ON p.organisation_id = run.organisation_id AND p.subject = 'group'
ORDER BY id
LIMIT 2000;

CREATE TEMP TABLE marks ON COMMIT DROP AS
SELECT p.subject_id, p.id
FROM subjects AS s
CROSS JOIN run
JOIN pending AS p ON p.organisation_id = run.organisation_id AND p.subject = 'group' AND p.subject_id = s.id;
ANALYZE run, subjects, marks;
