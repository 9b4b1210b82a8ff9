-- Who has an id now that is a word for nothing on a line; but for an agent of statements, of whom no source has said
-- anything, where each of its lines has the agent's name.
SELECT w.is_persona, w.id, p.id AS person_id, p.custom_id
FROM (SELECT DISTINCT is_persona, id FROM words_for_nothing) AS w
JOIN people AS p ON p.organisation_id = :organisation AND p.custom_id = w.id
WHERE NOT w.is_persona
UNION ALL
SELECT w.is_persona, w.id, p.id, p.custom_id
FROM (
    SELECT m.is_persona, m.id, min(lower(coalesce(l.name, ''))) AS name, max(lower(coalesce(l.name, ''))) AS last_name
    FROM words_for_nothing AS m
    JOIN staged_lines AS l USING (line)
    GROUP BY m.is_persona, m.id
) AS w
JOIN personas AS a ON a.organisation_id = :organisation AND a.ifi = w.id
JOIN people AS p ON p.organisation_id = :organisation AND p.id = a.person_id
WHERE w.is_persona
  AND NOT (
    coalesce(w.name = w.last_name AND w.name = lower(p.name), false)
    AND p.custom_id IS NULL AND p.former_custom_id IS NULL
    AND NOT EXISTS (
        SELECT FROM personas AS b WHERE b.organisation_id = :organisation AND b.person_id = p.id AND b.id <> a.id
    )
    AND NOT EXISTS (SELECT FROM source_people AS s WHERE s.organisation_id = :organisation AND s.person_id = p.id)
  )
