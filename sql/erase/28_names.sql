-- What they have been called, how their personas were written, and their ids: what is looked for in texts.
SELECT DISTINCT lower(u.name) AS name
FROM (
    SELECT unnest(ARRAY['#' || f.person_id, s.custom_id, s.former_custom_id, s.name, s.image_url]) AS name
    FROM forgotten_people AS f
    JOIN person_states AS s ON s.organisation_id = :organisation AND s.id = f.person_id
    UNION ALL
    SELECT unnest(ARRAY[s.name, s.image_url, s.previous_custom_id])
    FROM forgotten_people AS f
    JOIN saying_states AS s ON s.organisation_id = :organisation AND s.person_id = f.person_id
    UNION ALL
    SELECT unnest(ARRAY[s.ifi, regexp_replace(s.ifi, '^mailto:', ''), s.near, s.as_written, s.agent_name])
    FROM their_personas AS t
    JOIN persona_states AS s ON s.organisation_id = :organisation AND s.id = t.persona_id
) AS u
WHERE u.name <> ''
