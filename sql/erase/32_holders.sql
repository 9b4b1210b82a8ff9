-- Who has now what was theirs once: it stays with them.
SELECT DISTINCT p.person_id, p.id AS persona_id
FROM shared_personas AS h
JOIN personas AS p ON p.organisation_id = :organisation AND p.id = h.persona_id
WHERE p.person_id IS NOT NULL AND NOT h.is_theirs
