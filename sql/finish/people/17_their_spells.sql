-- Which personas' records are theirs: of the spells that they have, and of those that have ended. (Each by itself, as in facts: to
-- join `spells`, PostgreSQL would read all of them.)
SELECT p.person_id, p.id AS persona_id, p.begins_at
FROM subject_people AS u
JOIN personas AS p ON p.organisation_id = :organisation AND p.person_id = u.id
UNION ALL
SELECT c.person_id, c.persona_id, c.begins_at
FROM subject_people AS u
JOIN closed_spells AS c ON c.organisation_id = :organisation AND c.person_id = u.id
