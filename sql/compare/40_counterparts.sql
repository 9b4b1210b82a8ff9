-- Who they are here: who has their custom_id, or else who has most of their personas.
SELECT key, person_id FROM known_by_custom_id
UNION ALL
(SELECT DISTINCT ON (x.key) x.key, x.person_id
 FROM (
    SELECT t.key, q.person_id, count(*) AS personas
    FROM people_there AS p
    JOIN personas_there AS t USING (key)
    JOIN personas AS q ON q.organisation_id = :organisation AND q.ifi = t.ifi AND q.person_id IS NOT NULL
    WHERE NOT EXISTS (SELECT FROM known_by_custom_id AS k WHERE k.key = p.key)
    GROUP BY t.key, q.person_id
 ) AS x
 ORDER BY x.key, x.personas DESC, x.person_id)
