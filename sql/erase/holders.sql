-- Who has now what was theirs once.
SELECT h.person_id, p.custom_id, p.name, q.ifi
FROM holders AS h
JOIN people AS p ON p.organisation_id = :organisation AND p.id = h.person_id
JOIN personas AS q ON q.organisation_id = :organisation AND q.id = h.persona_id
ORDER BY q.ifi
LIMIT 20
