-- Every person who is not pending.
CREATE TEMP TABLE subjects ON COMMIT DROP AS
SELECT p.id FROM run JOIN people AS p ON p.organisation_id = run.organisation_id
UNION
SELECT r.person_id FROM run JOIN person_records AS r ON r.organisation_id = run.organisation_id
UNION
SELECT r.person_id FROM run JOIN person_activity_records AS r ON r.organisation_id = run.organisation_id
EXCEPT
SELECT m.subject_id FROM run JOIN pending AS m ON m.organisation_id = run.organisation_id AND m.subject = 'person';
ANALYZE run, subjects;
