-- And of the spells that have ended; those that statements have made since go with them, where they are in the way.
SELECT
    k.persona_id, c.begins_at, (c.before).ends_at, (c.before).person_id,
    CASE WHEN (c.before).persona_id IS NULL THEN 'delete' WHEN s.persona_id IS NULL THEN 'insert' ELSE 'update' END AS how,
    s.person_id AS from_id,
    CASE WHEN (s.ends_at, s.person_id) IS DISTINCT FROM ((c.after).ends_at, (c.after).person_id)
              AND NOT EXISTS (SELECT FROM gaps_in_the_way AS w WHERE w.persona_id = s.persona_id AND w.begins_at = s.begins_at)
         THEN 'changed' END AS conflict
FROM spell_changes AS c
CROSS JOIN LATERAL (
    SELECT coalesce(min(n.id), c.persona_id) AS persona_id
    FROM persona_states AS i
    JOIN personas AS n ON n.organisation_id = :organisation AND n.ifi = i.ifi
    WHERE i.organisation_id = :organisation AND i.id = c.persona_id
) AS k
LEFT JOIN closed_spells AS s
    ON s.organisation_id = :organisation AND s.persona_id = k.persona_id AND s.begins_at = c.begins_at
WHERE c.organisation_id = :organisation AND c.import_id = (SELECT CAST(:undone AS bigint))
  AND (s.ends_at, s.person_id) IS DISTINCT FROM ((c.before).ends_at, (c.before).person_id)
UNION ALL
SELECT w.persona_id, w.begins_at, NULL, NULL, 'delete', w.person_id, NULL
FROM gaps_in_the_way AS w
WHERE w.ends_at < 'infinity'
  AND NOT EXISTS (SELECT FROM spell_changes AS c
                  WHERE c.organisation_id = :organisation AND c.import_id = (SELECT CAST(:undone AS bigint))
                    AND c.persona_id = w.known_id AND c.begins_at = w.begins_at)
