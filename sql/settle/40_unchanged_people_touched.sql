-- People of whom a line says nothing new, and to whom other lines have done something, or who are gone through them.
SELECT t.person_id
FROM touched_people AS t
JOIN unchanged_people AS u USING (person_id)
WHERE NOT EXISTS (SELECT FROM given AS g WHERE g.person_id = t.person_id)
UNION ALL
SELECT person_id FROM unchanged_people_gone
