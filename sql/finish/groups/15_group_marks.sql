-- The marks of these groups.
SELECT p.subject, p.subject_id, p.id
FROM subject_groups AS u
JOIN pending AS p ON p.organisation_id = :organisation AND p.subject = 'group' AND p.subject_id = u.id
