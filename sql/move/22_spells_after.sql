-- The spells that there are with it: what is left of the others before and after it, and it. Where somebody has the persona before
-- or after it, and the span too, that is one spell.
WITH pieces AS (
    SELECT s.persona_id, s.person_id, s.begins_at, least(s.ends_at, t.begins_at) AS ends_at
    FROM taken AS t
    JOIN spells_before AS s ON s.begins_at < t.begins_at
    UNION ALL
    SELECT s.persona_id, s.person_id, greatest(s.begins_at, t.ends_at), s.ends_at
    FROM taken AS t
    JOIN spells_before AS s ON s.ends_at > t.ends_at
    UNION ALL
    SELECT persona_id, person_id, begins_at, ends_at FROM taken
), told AS (
    SELECT p.*,
           lag(p.person_id) OVER in_time = p.person_id AND lag(p.ends_at) OVER in_time = p.begins_at AS goes_on
    FROM pieces AS p
    WINDOW in_time AS (ORDER BY p.begins_at)
), numbered AS (
    SELECT t.*, count(*) FILTER (WHERE t.goes_on IS NOT TRUE) OVER (ORDER BY t.begins_at) AS nth
    FROM told AS t
)
SELECT persona_id, person_id, min(begins_at) AS begins_at, max(ends_at) AS ends_at
FROM numbered
GROUP BY persona_id, person_id, nth
