-- Put them in place of the old ones; the marks are done with.
DELETE FROM group_records AS r
USING subjects AS u, run
WHERE r.organisation_id = run.organisation_id AND r.group_id = u.id;

INSERT INTO group_records
SELECT * FROM fresh_group_records;

DELETE FROM pending AS p
USING marks AS m, run
WHERE p.organisation_id = run.organisation_id AND p.subject = 'group' AND p.subject_id = m.subject_id AND p.id = m.id;
