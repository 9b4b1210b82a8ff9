-- Put them in place of the old ones; the people who hold these personas are stale now, and the marks are done with.
DELETE FROM persona_activity_records AS r
USING subjects AS u, run
WHERE r.organisation_id = run.organisation_id AND r.persona_id = u.id;

INSERT INTO persona_activity_records
SELECT * FROM fresh_persona_activity_records;

INSERT INTO pending (organisation_id, subject, subject_id)
SELECT DISTINCT run.organisation_id, 'person', p.person_id
FROM subjects AS u
CROSS JOIN run
JOIN personas AS p ON p.organisation_id = run.organisation_id AND p.id = u.id;

DELETE FROM pending AS p
USING marks AS m, run
WHERE p.organisation_id = run.organisation_id AND p.subject = 'persona' AND p.subject_id = m.subject_id AND p.id = m.id;
