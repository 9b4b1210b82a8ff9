-- How many statements of whom there are somebody else's here.
SELECT w.key, w.person_id, w.ifi, o.person_id AS holder_id, count(DISTINCT s.id) AS statements
FROM times_there AS w
JOIN said_there AS t ON t.ifi = w.ifi
JOIN statements AS s ON s.organisation_id = :organisation AND s.id = t.id AND s.at >= w.begins_at AND s.at < w.ends_at
JOIN spells AS o
    ON o.organisation_id = :organisation AND o.persona_id = s.persona_id AND s.at >= o.begins_at AND s.at < o.ends_at
WHERE :compares_statements AND o.person_id <> w.person_id
GROUP BY w.key, w.person_id, w.ifi, o.person_id
