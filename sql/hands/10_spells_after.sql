-- The spells that there are then. Where somebody has a persona up to a moment, and from it on, that is one spell.
WITH told AS (
    SELECT p.*,
           lag(p.person_id) OVER in_time = p.person_id AND lag(p.ends_at) OVER in_time = p.begins_at AS goes_on
    FROM pieces AS p
    WINDOW in_time AS (PARTITION BY p.persona_id ORDER BY p.begins_at)
), numbered AS (
    SELECT t.*, count(*) FILTER (WHERE t.goes_on IS NOT TRUE) OVER (PARTITION BY t.persona_id ORDER BY t.begins_at) AS nth
    FROM told AS t
)
SELECT persona_id, person_id, min(begins_at) AS begins_at, max(ends_at) AS ends_at
FROM numbered
GROUP BY persona_id, person_id, nth
