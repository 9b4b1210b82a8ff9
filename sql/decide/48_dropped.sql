-- One that statements refer to gets a person of its own; another goes.
SELECT
    u.persona_id, u.from_id, u.ifi, u.agent_name,
    CASE WHEN EXISTS (SELECT FROM statements AS s
                      WHERE s.organisation_id = :organisation AND s.persona_id = u.persona_id)
         THEN :released_ids + row_number() OVER (ORDER BY u.persona_id) END AS to_id
FROM unnamed AS u
