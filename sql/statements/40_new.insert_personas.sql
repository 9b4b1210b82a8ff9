-- The personas of new agents are made.
SELECT
    :new_persona_ids + nth AS id, :newcomer_ids + nth AS person_id, kind, ifi, near, as_written, name AS agent_name, object_type
FROM newcomers
ORDER BY nth
