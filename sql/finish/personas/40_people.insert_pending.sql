-- The people who hold these personas are stale now.
SELECT DISTINCT 'person' AS subject, p.person_id AS subject_id
FROM subject_personas AS u
JOIN personas AS p ON p.organisation_id = :organisation AND p.id = u.id
