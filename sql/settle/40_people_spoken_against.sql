-- Who said nothing new, and to whom other lines have done something.
SELECT t.person_id
FROM touched_people AS t
JOIN unchanged_people AS u USING (person_id)
WHERE NOT EXISTS (SELECT FROM given AS g WHERE g.person_id = t.person_id)
UNION ALL
SELECT person_id FROM unchanged_people_gone
