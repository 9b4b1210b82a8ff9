-- What becomes of the personas that their people lose since no line names them. One that statements refer to gets a person
-- of its own; with --takeovers split since this import, if any do that come after it. Another goes; or is nobody's, if its
-- past is somebody's.
SELECT
    u.persona_id, u.from_id, u.ifi, u.agent_name, u.began_at, u.begins_at, u.begins_at > u.began_at AS splits,
    CASE WHEN u.is_referred_to THEN :set_apart_ids + row_number() OVER (ORDER BY u.persona_id) END AS to_id,
    NOT u.is_referred_to AND :takeovers <> 'split'
        AND NOT EXISTS (SELECT FROM closed_spells AS s
                        WHERE s.organisation_id = :organisation AND s.persona_id = u.persona_id) AS goes
FROM (
    SELECT
        n.persona_id, n.from_id, n.ifi, n.agent_name, n.began_at, n.begins_at,
        EXISTS (SELECT FROM statements AS s
                WHERE s.organisation_id = :organisation AND s.persona_id = n.persona_id AND s.at >= n.begins_at)
            AS is_referred_to
    FROM (
        SELECT
            persona_id, from_id, ifi, agent_name, begins_at AS began_at,
            CASE WHEN :takeovers = 'split' THEN greatest(begins_at, :moment) ELSE begins_at END AS begins_at
        FROM unnamed_personas
    ) AS n
) AS u
