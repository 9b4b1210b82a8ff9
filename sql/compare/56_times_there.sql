-- Whose these are there, from when to when.
SELECT l.key, l.person_id, s.ifi, coalesce(s.since, '-infinity') AS begins_at, s.until AS ends_at
FROM staged_spells AS s
JOIN lines_of_counterparts AS l USING (line)
UNION ALL
SELECT l.key, l.person_id, c.ifi, coalesce(max(c.since), max(e.until), '-infinity'), 'infinity'
FROM doubtful_personas AS d
JOIN staged_claims AS c USING (ifi)
JOIN lines_of_counterparts AS l USING (line)
LEFT JOIN (SELECT ifi, max(until) AS until FROM staged_spells GROUP BY ifi) AS e ON e.ifi = c.ifi
GROUP BY l.key, l.person_id, c.ifi
