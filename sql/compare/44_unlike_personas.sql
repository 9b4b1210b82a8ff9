-- Which personas are not with the same person there (key, and person_id: who that is here) and here (holder_id).
SELECT DISTINCT t.key, t.person_id, q.holder_id, coalesce(t.ifi, q.ifi) AS ifi
FROM (SELECT l.key, l.person_id, c.ifi FROM staged_claims AS c JOIN lines_of_counterparts AS l USING (line)) AS t
FULL JOIN (
    SELECT ifi, person_id AS holder_id FROM personas WHERE organisation_id = :organisation AND person_id IS NOT NULL
) AS q ON q.ifi = t.ifi
WHERE t.person_id IS DISTINCT FROM q.holder_id
