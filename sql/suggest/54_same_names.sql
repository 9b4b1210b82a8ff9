-- People of one name who have something of that in common, where not many do.
SELECT a.person_id, b.person_id AS other_id, 'one name, and both have' AS kind, a.token AS value, a.weight
FROM (
    SELECT name, token
    FROM said_beside_names
    GROUP BY name, token
    HAVING count(*) BETWEEN 2 AND :most
) AS k
JOIN said_beside_names AS a USING (name, token)
JOIN said_beside_names AS b USING (name, token)
WHERE a.person_id < b.person_id
