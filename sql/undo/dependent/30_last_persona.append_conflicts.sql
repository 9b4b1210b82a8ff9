-- Nobody who stays is left without a persona, but for the person that statements have made for an agent, and for who has had
-- one for a time.
WITH leaving AS (
    SELECT DISTINCT u.from_id AS person_id
    FROM clear_personas AS u
    WHERE NOT u.is_agent_anew AND u.from_id IS NOT NULL AND u.from_id IS DISTINCT FROM u.to_id
      AND NOT EXISTS (SELECT FROM clear_people AS x WHERE x.person_id = u.from_id AND x.how = 'delete')
), keeping AS (
    SELECT p.person_id
    FROM leaving AS l
    JOIN personas AS p ON p.organisation_id = :organisation AND p.person_id = l.person_id
    WHERE NOT EXISTS (SELECT FROM clear_personas AS u
                      WHERE u.persona_id = p.id AND u.from_id IS DISTINCT FROM u.to_id)
    UNION
    SELECT u.to_id
    FROM leaving AS l
    JOIN clear_personas AS u ON u.to_id = l.person_id AND u.how IN ('move', 'insert')
    UNION
    SELECT s.person_id
    FROM leaving AS l
    JOIN closed_spells AS s ON s.organisation_id = :organisation AND s.person_id = l.person_id
    WHERE NOT EXISTS (SELECT FROM clear_spells AS u WHERE u.persona_id = s.persona_id AND u.begins_at = s.begins_at)
    UNION
    SELECT u.person_id
    FROM leaving AS l
    JOIN clear_spells AS u ON u.person_id = l.person_id AND u.how <> 'delete'
)
SELECT 'persona' AS what, u.persona_id AS id, 'last_persona' AS why
FROM leaving AS l
JOIN clear_personas AS u ON u.from_id = l.person_id AND u.from_id IS DISTINCT FROM u.to_id
WHERE NOT EXISTS (SELECT FROM keeping AS k WHERE k.person_id = l.person_id)
