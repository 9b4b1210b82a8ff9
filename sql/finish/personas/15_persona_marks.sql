-- The marks of these personas.
SELECT p.subject, p.subject_id, p.id
FROM subject_personas AS u
JOIN pending AS p ON p.organisation_id = :organisation AND p.subject = 'persona' AND p.subject_id = u.id
