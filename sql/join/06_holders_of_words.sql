-- Who has an id now that is a word for nothing on a line.
SELECT w.is_persona, w.id, p.id AS person_id, p.custom_id, p.name
FROM (SELECT DISTINCT is_persona, id FROM words_for_nothing) AS w
JOIN people AS p ON p.organisation_id = :organisation AND p.custom_id = w.id
WHERE NOT w.is_persona
UNION ALL
SELECT w.is_persona, w.id, p.id, p.custom_id, p.name
FROM (SELECT DISTINCT is_persona, id FROM words_for_nothing) AS w
JOIN personas AS a ON a.organisation_id = :organisation AND a.ifi = w.id
JOIN people AS p ON p.organisation_id = :organisation AND p.id = a.person_id
WHERE w.is_persona
