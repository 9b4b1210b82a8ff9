-- All the spells in which these have the persona then: those that touch, or are of one time, are one. Of who gives up a time the
-- rest in which something was said, or which is open, and theirs whom a source has given.
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
UNION ALL
SELECT g.persona_id, g.person_id, lower(r), upper(r), NULL
FROM ended_spells_given_up AS g
CROSS JOIN LATERAL unnest(tstzmultirange(tstzrange(g.begins_at, g.ends_at)) - g.times) AS r
WHERE EXISTS (
    SELECT FROM statements AS s
    WHERE s.organisation_id = :organisation AND s.persona_id = g.persona_id AND s.at >= lower(r) AND s.at < upper(r))
  OR upper(r) = 'infinity' AND EXISTS (
    SELECT FROM source_people AS o WHERE o.organisation_id = :organisation AND o.person_id = g.person_id)
UNION ALL
SELECT s.persona_id, s.person_id, s.begins_at, s.ends_at, NULL
FROM (SELECT DISTINCT persona_id, person_id FROM ended_spells_given_up) AS g
JOIN spells AS s
    ON s.organisation_id = :organisation AND s.persona_id = g.persona_id AND s.person_id = g.person_id
WHERE NOT EXISTS (
    SELECT FROM ended_spells_given_up AS o WHERE o.persona_id = s.persona_id AND o.begins_at = s.begins_at)
