-- Which personas' records are theirs: of the spells that they have, and of those that have ended.
SELECT s.person_id, s.persona_id, s.begins_at
FROM subject_people AS u
JOIN spells AS s ON s.organisation_id = :organisation AND s.person_id = u.id
