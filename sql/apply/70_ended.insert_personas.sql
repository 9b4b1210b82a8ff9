-- Personas that are nobody's any more are made.
SELECT
    :more_persona_ids + nth AS id, CAST(NULL AS bigint) AS person_id, begins_at, kind, ifi, near, as_written, agent_name,
    coalesce(created, now()) AS created_at, said_in
FROM ended_personas
