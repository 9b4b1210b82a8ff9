-- These records of these people, as they are put in place.
SELECT r.*
FROM subject_people AS u
JOIN person_activity_records AS r ON r.organisation_id = :organisation AND r.person_id = u.id
