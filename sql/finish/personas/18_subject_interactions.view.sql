-- What these personas did, as far as it counts.
SELECT i.*
FROM subject_personas AS u
JOIN interactions AS i ON i.organisation_id = :organisation AND i.persona_id = u.id
