-- The places of statements whose id is known with other content.
SELECT f.place, CAST(s.id AS text) AS id
FROM not_new AS f
JOIN staged_statements AS s USING (place)
WHERE f.fate = 'conflict'
ORDER BY f.place
