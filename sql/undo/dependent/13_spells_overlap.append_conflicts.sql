-- A persona goes back only if its spells do not overlap then with those that there are by now; nor touch one of the same
-- person.
WITH coming AS (
    SELECT u.persona_id, u.person_id, u.begins_at, u.ends_at FROM clear_spells AS u WHERE u.how <> 'delete'
    UNION ALL
    SELECT u.persona_id, u.to_id, u.begins_at, 'infinity'
    FROM clear_personas AS u
    WHERE u.how IN ('move', 'insert') AND u.to_id IS NOT NULL
      AND (u.begins_at IS DISTINCT FROM u.began_at OR u.begins_at > '-infinity')
), staying AS (
    SELECT s.persona_id, s.person_id, s.begins_at, s.ends_at
    FROM (SELECT DISTINCT persona_id FROM coming) AS c
    JOIN closed_spells AS s ON s.organisation_id = :organisation AND s.persona_id = c.persona_id
    WHERE NOT EXISTS (SELECT FROM clear_spells AS u WHERE u.persona_id = s.persona_id AND u.begins_at = s.begins_at)
    UNION ALL
    SELECT p.id, p.person_id, p.begins_at, 'infinity'
    FROM (SELECT DISTINCT persona_id FROM coming) AS c
    JOIN personas AS p ON p.organisation_id = :organisation AND p.id = c.persona_id AND p.person_id IS NOT NULL
    WHERE NOT EXISTS (SELECT FROM clear_personas AS u WHERE u.persona_id = p.id)
)
SELECT DISTINCT 'persona' AS what, c.persona_id AS id, 'changed' AS why
FROM coming AS c
JOIN staying AS s
    ON s.persona_id = c.persona_id
    AND (s.begins_at < c.ends_at AND c.begins_at < s.ends_at
         OR s.person_id = c.person_id AND (s.ends_at = c.begins_at OR s.begins_at = c.ends_at))
