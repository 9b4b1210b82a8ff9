-- Every persona that is not pending.
CREATE TEMP TABLE subjects ON COMMIT DROP AS
SELECT p.id FROM run JOIN personas AS p ON p.organisation_id = run.organisation_id
UNION
SELECT r.persona_id FROM run JOIN persona_activity_records AS r ON r.organisation_id = run.organisation_id
EXCEPT
SELECT m.subject_id FROM run JOIN pending AS m ON m.organisation_id = run.organisation_id AND m.subject = 'persona';
ANALYZE run, subjects;
