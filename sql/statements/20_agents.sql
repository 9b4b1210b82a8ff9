-- Whose the new statements are: every IFI once, named as its first agent with a name, with its persona if there is
-- one. first_name is what the very first says, named_place where the first name is: a new person's name must not depend on what
-- else is in the chunk. object_type is what the first says that says it. since: since when the persona is whose it is now; of
-- nobody's never.
-- statistics (ifi, agent, known_id)
SELECT
    u.ifi, u.place, u.agent, u.name, u.first_name, u.named_place, u.object_type, p.id AS known_id, p.agent_name AS known_name,
    p.object_type AS known_object_type,
    CASE WHEN p.person_id IS NULL THEN 'infinity' ELSE p.begins_at END AS since
FROM (
    SELECT
        a.ifi,
        min(s.place) AS place,
        (array_agg(a.agent ORDER BY s.place))[1] AS agent,
        (array_agg(a.name ORDER BY s.place) FILTER (WHERE a.name IS NOT NULL))[1] AS name,
        (array_agg(a.name ORDER BY s.place))[1] AS first_name,
        min(s.place) FILTER (WHERE a.name IS NOT NULL) AS named_place,
        (array_agg(a.object_type ORDER BY s.place) FILTER (WHERE a.object_type IS NOT NULL))[1] AS object_type
    FROM (SELECT agent, min(place) AS place FROM new_statements GROUP BY agent) AS s
    JOIN staged_agents AS a USING (agent)
    GROUP BY a.ifi
) AS u
LEFT JOIN personas AS p ON p.organisation_id = :organisation AND p.ifi = u.ifi
