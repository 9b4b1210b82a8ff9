-- The personas whose spells overlap, or touch though they are one person's, or leave out what was said: each statement is of one
-- spell.
WITH split AS (
    SELECT p.id
    FROM personas AS p
    WHERE p.organisation_id = :organisation AND (p.begins_at > '-infinity' OR p.person_id IS NULL)
    UNION
    SELECT c.persona_id FROM closed_spells AS c WHERE c.organisation_id = :organisation
), spans AS (
    SELECT s.persona_id, s.begins_at, s.ends_at, lag(s.ends_at) OVER in_time AS ended_at,
           lag(s.person_id) OVER in_time = s.person_id AS is_theirs
    FROM split AS d
    JOIN spells AS s ON s.organisation_id = :organisation AND s.persona_id = d.id
    WINDOW in_time AS (PARTITION BY s.persona_id ORDER BY s.begins_at)
)
SELECT s.persona_id AS id, 'overlap at ' || s.begins_at AS what
FROM spans AS s
WHERE s.begins_at < s.ended_at
UNION ALL
SELECT s.persona_id, 'are one at ' || s.begins_at
FROM spans AS s
WHERE s.begins_at = s.ended_at AND s.is_theirs
UNION ALL
SELECT d.id, 'leave out statement ' || t.id || ' of ' || t.at
FROM split AS d
JOIN statements AS t ON t.organisation_id = :organisation AND t.persona_id = d.id
WHERE NOT EXISTS (SELECT FROM spans AS s WHERE s.persona_id = d.id AND s.begins_at <= t.at AND t.at < s.ends_at)
