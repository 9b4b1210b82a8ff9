-- Whom statements had made for a time that has gone back.
SELECT DISTINCT w.person_id
FROM gaps_in_the_way AS w
WHERE NOT EXISTS (SELECT FROM spells AS s WHERE s.organisation_id = :organisation AND s.person_id = w.person_id)
