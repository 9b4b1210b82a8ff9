-- Who they are here: who has their custom_id, or else who has most of their personas.
SELECT p.key, h.id AS person_id
FROM people_there AS p
JOIN people AS h ON h.organisation_id = :organisation AND h.custom_id = p.custom_id
UNION ALL
(SELECT DISTINCT ON (x.key) x.key, x.person_id
 FROM (
    SELECT p.key, q.person_id, count(*) AS personas
    FROM people_there AS p
    JOIN personas_there AS t USING (key)
    JOIN personas AS q ON q.organisation_id = :organisation AND q.ifi = t.ifi AND q.person_id IS NOT NULL
    LEFT JOIN people AS h ON h.organisation_id = :organisation AND h.custom_id = p.custom_id
    WHERE h.id IS NULL
    GROUP BY p.key, q.person_id
 ) AS x
 ORDER BY x.key, x.personas DESC, x.person_id)
