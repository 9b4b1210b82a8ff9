-- The ended ones that differ from what there is, and how they come to be as they are then.
SELECT
    coalesce(a.persona_id, b.persona_id) AS persona_id, coalesce(a.person_id, b.person_id) AS person_id,
    coalesce(a.begins_at, b.begins_at) AS begins_at, a.ends_at, a.said_in,
    CASE WHEN a.persona_id IS NULL THEN 'delete' WHEN b.persona_id IS NULL THEN 'insert' ELSE 'update' END AS how
FROM (SELECT * FROM ended_spells_joined WHERE ends_at < 'infinity') AS a
FULL JOIN (
    SELECT s.persona_id, s.person_id, s.begins_at, s.ends_at
    FROM (SELECT persona_id, person_id FROM ended_spells
          UNION SELECT persona_id, person_id FROM ended_spells_given_up) AS e
    JOIN closed_spells AS s
        ON s.organisation_id = :organisation AND s.persona_id = e.persona_id AND s.person_id = e.person_id
) AS b ON b.persona_id = a.persona_id AND b.begins_at = a.begins_at
WHERE a.ends_at IS DISTINCT FROM b.ends_at OR a.person_id <> b.person_id
