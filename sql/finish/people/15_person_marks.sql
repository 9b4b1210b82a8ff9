-- The marks of these people.
SELECT p.subject, p.subject_id, p.id
FROM subject_people AS u
JOIN pending AS p ON p.organisation_id = :organisation AND p.subject = 'person' AND p.subject_id = u.id
