-- Marks for the personas whose interactions changed.
INSERT INTO pending (organisation_id, subject, subject_id, caused_by)
SELECT run.organisation_id, 'persona', a.persona_id, run.import_id
FROM affected_personas AS a
CROSS JOIN run;
