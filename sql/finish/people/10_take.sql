-- A bounded number of people whose personas, or their records, changed, and the marks that say so.
CREATE TEMP TABLE subjects ON COMMIT DROP AS
SELECT DISTINCT p.subject_id AS id
FROM pending AS p
WHERE p.organisation_id = (SELECT organisation_id FROM run) AND p.subject = 'person'
ORDER BY id
LIMIT 200000;

CREATE TEMP TABLE marks ON COMMIT DROP AS
SELECT p.subject_id, p.id
FROM subjects AS s
CROSS JOIN run
JOIN pending AS p ON p.organisation_id = run.organisation_id AND p.subject = 'person' AND p.subject_id = s.id;
ANALYZE subjects, marks;
