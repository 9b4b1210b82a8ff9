-- Every group that is not pending.
CREATE TEMP TABLE subjects ON COMMIT DROP AS
SELECT g.id FROM run JOIN groups AS g ON g.organisation_id = run.organisation_id
UNION
SELECT r.group_id FROM run JOIN group_records AS r ON r.organisation_id = run.organisation_id
EXCEPT
SELECT m.subject_id FROM run JOIN pending AS m ON m.organisation_id = run.organisation_id AND m.subject = 'group';
ANALYZE run, subjects;
