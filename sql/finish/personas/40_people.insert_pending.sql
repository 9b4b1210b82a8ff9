-- Everybody who has, or had, these personas is stale now.
SELECT DISTINCT 'person' AS subject, s.person_id AS subject_id
FROM subject_personas AS u
JOIN spells AS s ON s.organisation_id = :organisation AND s.persona_id = u.id
