-- What of the new ones the steps join by; the rest stays where it waits.
SELECT s.place, s.id, s.agent, s.voids, s.activity
FROM fates AS f
JOIN staged_statements AS s USING (place)
WHERE f.fate = 'new'
