-- A persona is with one person at a time. (Looked up for each: there are many spells, and few of them have changed.)
SELECT m.persona_id
FROM new_beginnings AS m
WHERE (
    SELECT bool_or(s.begins_at < s.ended_at)
    FROM (
        SELECT p.begins_at, lag(p.ends_at) OVER (ORDER BY p.begins_at) AS ended_at
        FROM spells AS p
        WHERE p.organisation_id = :organisation AND p.persona_id = m.persona_id
    ) AS s
)
