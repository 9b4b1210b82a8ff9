-- All the spells in which these have the persona then: those that touch, or are of one time, are one.
SELECT o.persona_id, o.person_id, lower(r) AS begins_at, upper(r) AS ends_at, o.said_in
FROM (
    SELECT q.persona_id, q.person_id, range_agg(tstzrange(q.begins_at, q.ends_at)) AS times, max(q.said_in) AS said_in
    FROM (
        SELECT persona_id, person_id, begins_at, ends_at, said_in FROM ended_spells
        UNION ALL
        SELECT s.persona_id, s.person_id, s.begins_at, s.ends_at, NULL
        FROM (SELECT DISTINCT persona_id, person_id FROM ended_spells) AS e
        JOIN spells AS s
            ON s.organisation_id = :organisation AND s.persona_id = e.persona_id AND s.person_id = e.person_id
    ) AS q
    GROUP BY q.persona_id, q.person_id
) AS o
CROSS JOIN LATERAL unnest(o.times) AS r
